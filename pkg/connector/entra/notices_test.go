package entra

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	zaptest "go.uber.org/zap/zaptest/observer"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testcert"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// warnings is a context whose log keeps what it is warned of.
func warnings(t *testing.T) (context.Context, *zaptest.ObservedLogs) {
	t.Helper()
	core, logs := zaptest.New(zapcore.WarnLevel)
	return ctxzap.ToContext(t.Context(), zap.New(core)), logs
}

func TestEnding_IsToldOfInItsLast60Days(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for left, want := range map[time.Duration]string{
		61 * day:             "",
		60*day + time.Second: "",
		60 * day:             "days_left:60 within_days:60",
		31 * day:             "days_left:31 within_days:60",
		30 * day:             "days_left:30 within_days:30",
		7*day + time.Hour:    "days_left:7 within_days:30",
		7 * day:              "days_left:7 within_days:7",
		time.Hour:            "days_left:0 within_days:7",
		-time.Second:         "expired",
	} {
		ctx, logs := warnings(t)
		ending{credential: "client certificate", at: now.Add(left)}.tell(ctx, now)
		got := ""
		for _, line := range logs.All() {
			fields := line.ContextMap()
			got = fmt.Sprintf("days_left:%v within_days:%v", fields["days_left"], fields["within_days"])
			if strings.Contains(line.Message, "has expired") && strings.Contains(line.Message, "start the connector again") {
				got = "expired"
			}
		}
		if got != want {
			t.Errorf("%s before its end: %q, want %q", left, got, want)
		}
	}
}

const day = 24 * time.Hour

// movedClock is the machine's clock, some time ahead.
func movedClock(ahead time.Duration) *testkit.QuickClock {
	c := &testkit.QuickClock{}
	c.Pass(ahead)
	return c
}

func validate(t *testing.T, ctx context.Context, c *Connector) { //nolint:revive // the log is in the context
	t.Helper()
	if _, err := c.Validate(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestValidate_TellsOnceADayThatTheSecretEnds(t *testing.T) {
	o := smallTenant(12)
	o.ClientSecret, o.ClientSecretEnds = "canary~secret", time.Now().Add(20*day+time.Hour)
	o.ClientSecrets = []graphsim.ClientSecret{{Value: "another", End: time.Now().Add(2 * day)}}
	sim := startTenant(t, o)
	clock := movedClock(0)
	c := connectTo(t, sim, clock, typeManagedIdentity)
	ctx, logs := warnings(t)
	for range 5 {
		validate(t, ctx, c)
		clock.Pass(connector.GoodFor + time.Minute)
	}
	if logs.Len() != 1 {
		t.Fatalf("%d warnings on one day", logs.Len())
	}
	line := logs.All()[0]
	if fields := line.ContextMap(); !strings.Contains(line.Message, "client secret ends soon") || fields["days_left"] != int64(20) || fields["key_id"] == "" {
		t.Errorf("%s %v", line.Message, fields)
	}
	clock.Pass(day)
	if validate(t, ctx, c); logs.Len() != 2 {
		t.Errorf("%d warnings on two days", logs.Len())
	}
	for _, line := range logs.All() {
		if text := fmt.Sprint(line.Message, line.ContextMap()); strings.Contains(text, o.ClientSecret) {
			t.Errorf("the secret is told: %s", text)
		}
	}
}

func TestValidate_IsSilentWhereTheSecretCannotBeSeen(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*graphsim.Options)
		fault  graphsim.Fault
		syncs  string
	}{
		"applications are not read": {change: func(o *graphsim.Options) { o.Permissions = []string{"User.Read.All"} }, syncs: typeUser},
		"it ends later":             {change: func(o *graphsim.Options) { o.ClientSecretEnds = time.Now().Add(100 * day) }},
		"no registration here":      {fault: graphsim.Fault{Status: http.StatusNotFound, Code: "Request_ResourceNotFound"}},
		"no permission for it":      {fault: graphsim.Fault{Status: http.StatusForbidden, Code: "Authorization_RequestDenied"}},
		"no answer":                 {fault: graphsim.Fault{Kind: graphsim.Drop}},
		"no JSON":                   {fault: graphsim.Fault{Kind: graphsim.BadJSON}},
	} {
		t.Run(name, func(t *testing.T) {
			o := smallTenant(12)
			o.ClientSecretEnds = time.Now().Add(3 * day)
			if c.change != nil {
				c.change(&o)
			}
			sim := startTenant(t, o)
			if c.change == nil {
				c.fault.PathContains, c.fault.Times = "/applications(", -1
				sim.Fail(c.fault)
			}
			ctx, logs := warnings(t)
			if c.syncs == "" {
				c.syncs = typeManagedIdentity
			}
			validate(t, ctx, connectTo(t, sim, &testkit.QuickClock{}, c.syncs))
			if logs.Len() != 0 {
				t.Errorf("%v", logs.All())
			}
		})
	}
}

func TestSecretEnding_IsFoundByItsHint(t *testing.T) {
	at := func(n int) *time.Time { t := time.Date(2030, 1, n, 0, 0, 0, 0, time.UTC); return &t }
	secrets := []graph.OwnSecret{{KeyID: "a", Hint: "abc", Ends: at(9)}, {KeyID: "b", Hint: "abd", Ends: at(2)}, {KeyID: "c", Hint: "abc", Ends: at(5)},
		{KeyID: "d", Ends: at(1)}, {KeyID: "e", Hint: "ab", Ends: at(1)}, {KeyID: "f", Hint: "abc"}}
	for secret, want := range map[string]string{"abc~1": "c", "abd~1": "b", "xyz~1": "", "ab": "", "": ""} {
		if got, known := secretEnding(secrets, secret); got.keyID != want || known != (want != "") {
			t.Errorf("%q: %+v", secret, got)
		}
	}
}

// TestValidate_TellsThatTheCertificateHasEnded: the connector goes on with the token it has, and says what to do.
func TestValidate_TellsThatTheCertificateHasEnded(t *testing.T) {
	pair := testcert.Between(t, time.Now().Add(-time.Hour), time.Now().Add(40*day))
	o := smallTenant(12)
	o.Certificates = []*x509.Certificate{pair.Certificate}
	sim := startTenant(t, o)
	cfg := settingsOf(sim)
	cfg.EntraClientSecret, cfg.EntraClientCertificate, cfg.EntraClientCertificatePrivateKey = "", pair.PEM, pair.KeyPEM
	clock := movedClock(0)
	c := connectAs(t, sim, cfg, clock, typeUser)
	for _, says := range []string{"the client certificate ends soon", "the client certificate that the connector started with has expired"} {
		ctx, logs := warnings(t)
		if validate(t, ctx, c); logs.Len() != 1 || !strings.Contains(logs.All()[0].Message, says) {
			t.Errorf("%v, want %q", logs.All(), says)
		}
		clock.Pass(41 * day)
	}
	if _, err := newConnector(cfg, anyType, surroundings{base: sim.Client().Transport, clock: clock}); err == nil || !strings.Contains(err.Error(), "has expired") {
		t.Errorf("started with it: %v", err)
	}
}

func TestValidate_TellsOnceOfASwitchWithoutEffect(t *testing.T) {
	sim := startTenant(t, smallTenant(12))
	cfg := settingsOf(sim)
	cfg.IncludeOnPremGroupMembers = true
	c := connectAs(t, sim, cfg, &testkit.QuickClock{}, typeUser)
	ctx, logs := warnings(t)
	validate(t, ctx, c)
	validate(t, ctx, c)
	if logs.FilterMessageSnippet("--include-on-prem-group-members has no effect without --skip-ad-groups").Len() != 1 {
		t.Errorf("%v", logs.All())
	}
}
