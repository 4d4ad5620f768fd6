package graphsim

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// signinError is a refusal of the sign-in service, which has a form of its own.
type signinError struct {
	status  int
	code    string // OAuth's
	number  int    // AADSTS
	message string
}

// Error is the refusal in a line, as Microsoft's sign-in words it.
func (e *signinError) Error() string { return fmt.Sprintf("AADSTS%d: %s", e.number, e.message) }

// signin answers what lies below /{tenant}.
func (s *Server) signin(c *call, tenant, path string) (*reply, error) {
	if !s.knowsTenant(tenant) || !s.homeOf(c) {
		return nil, &signinError{http.StatusBadRequest, "invalid_tenant", 90002,
			fmt.Sprintf("Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", tenant)}
	}
	switch c.method + " " + path {
	case "GET v2.0/.well-known/openid-configuration":
		return s.discovery(c)
	case "POST oauth2/v2.0/token":
		return s.token(c)
	}
	return nil, badSegment(path)
}

func (s *Server) knowsTenant(name string) bool {
	return strings.EqualFold(name, s.options.TenantID) || strings.EqualFold(name, onMicrosoftDomain)
}

func (s *Server) discovery(c *call) (*reply, error) {
	base := c.origin() + "/" + s.options.TenantID
	return jsonReply(http.StatusOK, map[string]any{
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt"},
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"issuer":                                base + "/v2.0",
		"response_types_supported":              []string{"code", "token"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"tenant_region_scope":                   "NA",
		"cloud_instance_name":                   "microsoftonline.com",
	})
}

// token answers the client credentials flow. Further scopes and a claims parameter, which Microsoft's own
// libraries send, are accepted.
func (s *Server) token(c *call) (*reply, error) {
	form, err := readForm(c)
	if err != nil {
		return nil, err
	}
	audience, err := s.checkForm(c, form)
	if err != nil {
		return nil, err
	}
	token, err := s.tokens.issue(s.options.ClientID, audience, s.permissions())
	if err != nil {
		return nil, err
	}
	seconds := int(s.options.TokenLifetime.Seconds())
	return jsonReply(http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token,
	})
}

// readForm reads the parameters of a request. A body that does not say that it is a form has none.
func readForm(c *call) (url.Values, error) {
	if kind, _, _ := mime.ParseMediaType(c.header.Get("Content-Type")); kind != formType {
		return nil, nil
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return nil, &signinError{http.StatusBadRequest, "invalid_request", 900144, "The request body does not parse."}
	}
	return form, nil
}

func (s *Server) checkForm(c *call, form url.Values) (audience string, err error) {
	for _, name := range []string{"grant_type", "client_id", "scope"} {
		if form.Get(name) == "" {
			return "", &signinError{http.StatusBadRequest, "invalid_request", 900144,
				fmt.Sprintf("The request body must contain the following parameter: '%s'.", name)}
		}
	}
	if g := form.Get("grant_type"); g != "client_credentials" {
		return "", &signinError{http.StatusBadRequest, "unsupported_grant_type", 70003,
			fmt.Sprintf("The app requested an unsupported grant type '%s'.", g)}
	}
	if id := form.Get("client_id"); !strings.EqualFold(id, s.options.ClientID) {
		return "", &signinError{http.StatusBadRequest, "unauthorized_client", 700016,
			fmt.Sprintf("Application with identifier '%s' was not found in the directory '%s'.", id, s.options.TenantID)}
	}
	if err := s.checkCredential(c, form); err != nil {
		return "", err
	}
	return s.checkScope(c, form.Get("scope"))
}

// checkScope finds the one resource whose .default is asked for.
func (s *Server) checkScope(c *call, scope string) (audience string, err error) {
	for _, one := range strings.Fields(scope) {
		resource, isDefault := strings.CutSuffix(one, "/.default")
		switch {
		case isDefault && audience == "" && slices.Contains(append(graphAudiences(), exchangeAudiences()...), resource):
			audience = resource
		case slices.Contains([]string{"openid", "offline_access", "profile"}, one):
		default:
			return "", badScope(one)
		}
	}
	if audience == "" {
		return "", badScope(scope)
	}
	return audience, s.checkResource(c, audience)
}

func badScope(scope string) error {
	return &signinError{http.StatusBadRequest, "invalid_scope", 70011,
		fmt.Sprintf("The provided value for the input parameter 'scope' is not valid. The scope %s is not valid.", scope)}
}

// reply is the error in the form of the sign-in service.
func (e *signinError) reply(s *Server, requestID, clientRequestID string) (*reply, error) {
	return jsonReply(e.status, map[string]any{
		"error":             e.code,
		"error_description": e.Error() + " Trace ID: " + requestID + " Correlation ID: " + clientRequestID,
		"error_codes":       []int{e.number},
		"timestamp":         s.options.Now().UTC().Format("2006-01-02 15:04:05Z"),
		"trace_id":          requestID, "correlation_id": clientRequestID,
	})
}

func jsonReply(status int, v any) (*reply, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("graphsim: encode answer: %w", err)
	}
	return &reply{status: status, body: b}, nil
}
