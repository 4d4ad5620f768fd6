package process

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// serviceStage is a stage on which the toy serves a simulated ConductorOne.
type serviceStage struct {
	*stage
	c1 *conductoronesim.Server
	ca string
}

func newServiceStage(t *testing.T, o conductoronesim.Options) *serviceStage {
	t.Helper()
	o.Address = conductoronesim.QuietAddress(t)
	s := &serviceStage{stage: newStage(t), c1: conductoronesim.Start(t, o), ca: filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(s.ca, s.c1.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// serve starts the toy as a service. Later variables win over earlier ones.
func (s *serviceStage) serve(env []string, args ...string) *toyRun {
	s.t.Helper()
	all := append([]string{toyVariable + "=1", controlVariable + "=" + s.control, "SSL_CERT_FILE=" + s.ca}, s.c1.Environment()...)
	return s.startWith(append(all, env...), append([]string{"--provisioning", "--c1z-temp-dir", s.tmp}, args...)...)
}

// serving waits until the toy polls for tasks: GetTask is answered more often than before.
func (s *serviceStage) serving() {
	s.t.Helper()
	before := s.count("GetTask")
	s.until("the toy polls for tasks", func() bool { return s.count("GetTask") > before })
}

func (s *serviceStage) count(method string) (n int) {
	for _, c := range s.c1.History() {
		if c.Method == method && c.Code == codes.OK {
			n++
		}
	}
	return n
}

func (s *stage) until(what string, is func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !is(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// await waits for the end of a task, during which the toy may do whatever it asks for.
func (s *serviceStage) await(id string) conductoronesim.Result {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	go s.agree(ctx)
	r, err := s.c1.Await(ctx, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *serviceStage) agree(ctx context.Context) {
	for {
		select {
		case asked := <-s.calls:
			_, _ = asked.conn.Write([]byte("go\n")) // one that was killed does not care
		case <-ctx.Done():
			return
		}
	}
}

// noResults checks that ConductorOne was told nothing of any task.
func (s *serviceStage) noResults() {
	s.t.Helper()
	if all := s.c1.Results(); len(all) > 0 {
		s.t.Errorf("ConductorOne was told: %+v", all)
	}
}

// wantCalm checks that the service did nothing that ConductorOne would object to.
func (s *serviceStage) wantCalm() {
	s.t.Helper()
	if all := s.c1.Violations(); len(all) > 0 {
		s.t.Errorf("ConductorOne objects: %s", strings.Join(all, "\n"))
	}
}

// wantSpoolEmpty checks that no run of a service or a job has left its directory.
func (s *stage) wantSpoolEmpty() {
	s.t.Helper()
	if left := s.spool(); len(left) > 0 {
		s.t.Errorf("left behind: %v", left)
	}
}

func (s *stage) spool() []string {
	left, err := filepath.Glob(filepath.Join(s.tmp, "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	return left
}

// wantNoSecret checks that a run has not given ConductorOne's secret away.
func (r *toyRun) wantNoSecret(secret string) {
	r.t.Helper()
	key := secret[strings.LastIndex(secret, ":")+1:]
	if strings.Contains(r.output.String(), secret) || (key != "" && strings.Contains(r.output.String(), key)) {
		r.t.Error("the output holds the client secret")
	}
}

func (r *toyRun) said(text string) int { return strings.Count(r.output.String(), text) }

// grantTask asks for a write.
func grantTask(t *testing.T) conductoronesim.Task {
	t.Helper()
	kind := v2.ResourceType_builder{Id: "thing", DisplayName: "Thing"}.Build()
	var both []*v2.Resource
	for _, id := range []string{"0", "1"} {
		thing, err := rs.NewResource("Thing "+id, kind, id)
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, thing)
	}
	return conductoronesim.Grant(entitlement.NewPermissionEntitlement(both[0], "use"), both[1])
}

func has(all []string, part string) bool {
	return slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, part) })
}

func newRunDirOf(t *testing.T, parent, prefix string) *runDir {
	t.Helper()
	dir, err := newRunDir(parent, prefix, "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
