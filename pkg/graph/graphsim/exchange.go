package graphsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The door of Exchange: an API that is not documented, as the module for PowerShell uses it. Each request invokes
// one cmdlet.

// exchangePermission is what the token must carry.
const exchangePermission = "Exchange.ManageAsApp"

// systemMailbox is what the header X-AnchorMailbox leads a request of an application to.
const systemMailbox = "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@"

// cmdletCall is one cmdlet that is being run. The tenant is locked.
type cmdletCall struct {
	t          *Tenant
	name       string
	parameters document
	warnings   []string
}

// exchangeAPI answers a request to Exchange.
func (s *Server) exchangeAPI(c *call) (*reply, error) {
	audiences := exchangeAudiences()
	if c.byName() {
		audiences = []string{"https://" + c.hostname()}
	}
	var err error
	if c.app, err = s.tokens.check(c.header.Get("Authorization"), audiences); err != nil {
		return nil, err
	}
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(c.path, "/adminapi/beta/"), "/")
	switch {
	case !strings.HasPrefix(c.path, "/adminapi/beta/") || !s.knowsTenant(tenant) || rest != "InvokeCommand":
		return nil, badSegment(strings.Trim(c.path, "/"))
	case c.method != http.MethodPost:
		return nil, wrongMethod(c.method)
	}
	if err := checkWritten(c); err != nil {
		return nil, err
	}
	s.tenant.mu.Lock()
	defer s.tenant.mu.Unlock()
	if err := s.admitExchange(c); err != nil {
		return nil, err
	}
	s.tenant.writing = initiator{app: s.tenant.servicePrincipalByAppID(c.app.appID)}
	defer func() { s.tenant.writing = initiator{} }()
	return s.invoke(c)
}

// admitExchange checks the permission, the directory role and the header that leads to the tenant. The caller
// holds the lock.
func (s *Server) admitExchange(c *call) error {
	if !c.app.any([]string{exchangePermission}) {
		return &refusal{status: http.StatusUnauthorized, code: "Unauthorized", message: "The token does not let the application manage Exchange."}
	}
	if !s.tenant.appHolds(c.app.appID, exchangeKeepers) {
		return &refusal{status: http.StatusForbidden, code: "Forbidden",
			message: "The role assigned to the application isn't supported in this scenario."}
	}
	home, ok := strings.CutPrefix(c.header.Get("X-AnchorMailbox"), systemMailbox)
	if !ok || s.tenant.domainOf("x@"+home) == nil && !s.knowsTenant(home) {
		return badRequest("The header X-AnchorMailbox does not lead to the system mailbox of this tenant.")
	}
	return nil
}

// invoke runs the cmdlet of a request and answers a page of what it gives.
func (s *Server) invoke(c *call) (*reply, error) {
	command, err := readCommand(c.body)
	if err != nil {
		return nil, err
	}
	run, known := cmdlets[command.name]
	if !known {
		return nil, cmdletError(http.StatusBadRequest, "System.Management.Automation.CommandNotFoundException",
			"The term '%s' is not recognized as the name of a cmdlet here.", command.name)
	}
	if header := c.header.Get("X-CmdletName"); header != "" && header != command.name {
		return nil, badRequest("The header X-CmdletName names another cmdlet than the body.")
	}
	command.t = s.tenant
	rows, err := run(command)
	if err != nil {
		return nil, err
	}
	return s.cmdletPage(c, command, rows)
}

func readCommand(body []byte) (*cmdletCall, error) {
	var envelope struct {
		CmdletInput struct {
			CmdletName string
			Parameters document
		}
	}
	if err := json.Unmarshal(body, &envelope); err != nil || envelope.CmdletInput.CmdletName == "" {
		return nil, badRequest("The body names no cmdlet.")
	}
	return &cmdletCall{name: envelope.CmdletInput.CmdletName, parameters: envelope.CmdletInput.Parameters}, nil
}

// cmdletError is how a cmdlet fails: the exception of .NET by name, in the message and in the details.
func cmdletError(status int, exception, format string, args ...any) error {
	message := "|" + exception + "|" + fmt.Sprintf(format, args...)
	code := "BadRequest"
	if status == http.StatusNotFound {
		code = "NotFound"
	}
	return &refusal{status: status, code: code, message: message, detail: &refusalDetail{Code: "Context", Message: "Ex6F9304" + message}}
}

// only refuses parameters that a cmdlet does not take here.
func (x *cmdletCall) only(names ...string) error {
	for name := range x.parameters {
		if !slices.Contains(names, name) {
			return cmdletError(http.StatusBadRequest, "System.Management.Automation.ParameterBindingException",
				"A parameter cannot be found that matches parameter name '%s'.", name)
		}
	}
	return nil
}

// rateHeaders are what Exchange says with a 429: no Retry-After of its own, but when its count begins anew.
func (s *Server) rateHeaders(c *call, answer *reply) {
	if !c.toExchange() || answer.status != http.StatusTooManyRequests {
		return
	}
	wait := 10 * time.Second
	if given, err := time.ParseDuration(answer.header.Get("Retry-After") + "s"); err == nil {
		wait = given
	}
	answer.header.Del("Retry-After")
	answer.header.Set("Rate-Limit-Remaining", "0")
	answer.header.Set("Rate-Limit-Reset", s.options.Now().Add(wait).UTC().Format(time.RFC3339Nano))
}
