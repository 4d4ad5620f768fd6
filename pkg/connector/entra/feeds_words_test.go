package entra

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-sdk/pkg/pagination"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	logs "go.uber.org/zap/zaptest/observer"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// What cannot be read is said once, with what to do about it, and so is that it works again.
func TestEventFeeds_SayOnceWhatIsWrong(t *testing.T) {
	t.Parallel()
	l := openLog(t, smallTenant(50), func(cfg *config.Entra) { cfg.SignInActivity = true })
	for name, test := range map[string]struct {
		fault graphsim.Fault
		want  []string
	}{
		"no permission": {graphsim.Fault{Status: 403, Code: "Authorization_RequestDenied"}, []string{permissionActivity}},
		"no such log":   {graphsim.Fault{Status: 404}, []string{"China"}},
		"no licence":    {graphsim.Fault{Status: 403, Code: "Authentication_RequestFromNonPremiumTenantOrB2CTenant"}, []string{"P1 or P2"}},
		"away":          {graphsim.Fault{Status: 503}, []string{"tried again"}},
	} {
		for i, feed := range l.connect().EventFeeds(t.Context()) {
			core, written := logs.New(zapcore.InfoLevel)
			ctx := ctxzap.ToContext(t.Context(), zap.New(core))
			test.fault.PathContains, test.fault.Times = "/auditLogs/", -1
			l.sim.Fail(test.fault)
			ask := func() {
				t.Helper()
				if _, _, _, err := feed.ListEvents(ctx, nil, &pagination.StreamToken{}); err != nil {
					t.Fatal(err)
				}
			}
			ask()
			ask()
			l.sim.ClearFaults()
			ask()
			ask()
			lines := written.All()
			if len(lines) != 2 || lines[0].Level != zap.WarnLevel || lines[1].Level != zap.InfoLevel {
				t.Errorf("%s: the log has %v", name, lines)
				continue
			}
			off := []string{"--disable-audit-log-feed", "--sign-in-activity"}[i]
			for _, want := range append(test.want, off) {
				if want == off && name == "away" {
					continue
				}
				if !strings.Contains(lines[0].Message, want) {
					t.Errorf("%s: want %q in %q", name, want, lines[0].Message)
				}
			}
		}
	}
}

// Graph gives five pages of the logs in ten seconds.
func TestEventFeeds_KeepToTheLimitOfTheReports(t *testing.T) {
	t.Parallel()
	o := smallTenant(51)
	o.WithoutLimits, o.PageSize = false, 2
	l := openLog(t, o, nil)
	r := l.reader(feedAudit)
	r.rest()
	var want []string
	for i := range 30 {
		want = append(want, l.change(i, 0))
		l.later(time.Second)
	}
	l.sim.ResetHistory()
	r.size = 2
	wantTexts(t, "in pages of two", r.rest(), want...)
	answers := map[string]int{}
	for _, request := range l.sim.History() {
		if strings.Contains(request.Path, "/auditLogs/") {
			answers[fmt.Sprint(request.Status)]++
		}
	}
	if answers["200"] < 30 || len(answers) != 1 {
		t.Errorf("the answers of the log are %v", answers)
	}
}
