package entra

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// logged are accounts whose connector, and the SDK around it, write all that they log into one text.
func logged(t *testing.T, o graphsim.Options) (*accounts, *bytes.Buffer) {
	t.Helper()
	a := manageAccounts(t, o)
	log := &bytes.Buffer{}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(log), zapcore.DebugLevel)
	server, err := connector.NewServer(context.Background(), connectTo(t, a.sim, a.clock))
	if err != nil {
		t.Fatal(err)
	}
	a.client = loggedClient{ConnectorClient: a.client, server: server, logger: zap.New(core)}
	return a, log
}

// loggedClient calls the server in this process, where its log can be read.
type loggedClient struct {
	types.ConnectorClient
	server types.ConnectorServer
	logger *zap.Logger
}

func (c loggedClient) CreateAccount(ctx context.Context, req *v2.CreateAccountRequest, _ ...grpc.CallOption) (*v2.CreateAccountResponse, error) {
	return c.server.CreateAccount(ctxzap.ToContext(ctx, c.logger), req)
}

func (c loggedClient) RotateCredential(ctx context.Context, req *v2.RotateCredentialRequest, _ ...grpc.CallOption) (*v2.RotateCredentialResponse, error) {
	return c.server.RotateCredential(ctxzap.ToContext(ctx, c.logger), req)
}

func (c loggedClient) DeleteResource(ctx context.Context, req *v2.DeleteResourceRequest, _ ...grpc.CallOption) (*v2.DeleteResourceResponse, error) {
	return c.server.DeleteResource(ctxzap.ToContext(ctx, c.logger), req)
}

// E02: a password goes to the vault, and is in no log, no error and no file.
func TestE02_PasswordsAreNowhereButInTheVault(t *testing.T) {
	t.Parallel()
	a, log := logged(t, admin(41))
	var secrets, errs []string
	note := func(password string, err error) {
		secrets = append(secrets, password)
		if err != nil {
			errs = append(errs, err.Error())
		}
	}
	weak := v2.CredentialOptions_builder{RandomPassword: v2.CredentialOptions_RandomPassword_builder{Length: 12,
		Constraints: []*v2.PasswordConstraint{v2.PasswordConstraint_builder{CharSet: "k", MinCount: 12}.Build()}}.Build()}.Build()
	values := form(map[string]any{"manager": a.someone(false)})
	_, _, err := a.create(values, weak)
	note(strings.Repeat("k", 12), err)
	id, password, err := a.create(values, randomPassword())
	note(password, err)
	_, password, err = a.create(values, randomPassword()) // taken over
	note(password, err)
	values["department"] = "Sales"
	_, _, err = a.create(values, randomPassword())
	note("", err)
	_, _, err = a.create(form(map[string]any{"userPrincipalName": "no.password@contoso.com", "mailNickname": "no.password"}), noPassword())
	note("", err)
	thrownAway, _ := a.sim.Tenant().Password(a.named("no.password@contoso.com")[0].ID())
	note(thrownAway, nil)
	password, err = a.rotate(id, randomPassword())
	note(password, err)
	for _, f := range lostAnswers() {
		f.Method, f.Times = http.MethodPatch, -1
		a.sim.Fail(f)
		password, err = a.rotate(id, randomPassword())
		note(password, err)
		a.sim.ClearFaults()
		text, _ := a.sim.Tenant().Password(id)
		note(text, nil)
	}
	note(a.sim.Options().ClientSecret, nil)
	if len(errs) < 4 {
		t.Fatalf("only %d errors: %q", len(errs), errs)
	}
	dump := a.synced().Dump()
	for where, text := range map[string]string{"log": log.String(), "errors": strings.Join(errs, "\n"), "file": dump} {
		for _, secret := range secrets {
			for _, form := range []string{secret, strings.ReplaceAll(strings.ReplaceAll(secret, `\`, `\\`), `"`, `\"`)} { // as JSON has it
				if secret != "" && strings.Contains(text, form) {
					t.Errorf("the %s holds a password", where)
				}
			}
		}
	}
}

// Each write leaves one line that says what was done to whom, by ids alone, and what came of it.
func TestE02_AuditLines(t *testing.T) {
	t.Parallel()
	a, log := logged(t, admin(42))
	boss := a.someone(false)
	id, _, err := a.create(form(map[string]any{"manager": boss}), randomPassword())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.rotate(id, randomPassword()); err != nil {
		t.Fatal(err)
	}
	if _, err := a.remove(id); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	var audit []string
	for _, line := range lines {
		if strings.Contains(line, `"directory change"`) {
			audit = append(audit, line)
		}
	}
	for i, action := range []string{"create user", "set manager", "set password", "delete user"} {
		if len(audit) != 4 || !strings.Contains(audit[i], `"action":"`+action+`"`) || !strings.Contains(audit[i], id) || !strings.Contains(audit[i], `"outcome":"done"`) {
			t.Fatalf("%s is not line %d of\n%s", action, i+1, strings.Join(audit, "\n"))
		}
	}
	for _, name := range []string{"Noor", "noor.new", "N-1001", "contoso.com"} {
		if strings.Contains(log.String(), name) {
			t.Errorf("the log names %q:\n%s", name, log)
		}
	}
}
