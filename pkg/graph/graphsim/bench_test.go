package graphsim_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// BenchmarkNew_100k makes the tenant of a large company.
func BenchmarkNew_100k(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := graphsim.New(graphsim.Options{Users: 100_000, Groups: 20_000, Memberships: 1_000_000, Apps: 2_000, Assignments: 200_000})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAnswer is what one full page of each kind costs the simulator, packed as clients ask for it, and without the
// connection.
func BenchmarkAnswer(b *testing.B) {
	s, err := graphsim.New(graphsim.Options{Users: 5_000, Groups: 1_000, Memberships: 50_000, Apps: 100, Assignments: 10_000})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Start(""); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	r := &rig{Server: s, t: &testing.T{}, client: s.Client()}
	token := r.signIn()
	for name, path := range map[string]string{
		"users":       "/users?$top=999&$expand=manager($select=id)",
		"range":       "/users?$top=999&$select=id&$filter=" + escape("securityIdentifier ge 'S-1-12-1-2' and securityIdentifier le 'S-1-12-1-3'"),
		"groups":      "/groups?$top=999&$select=id&$expand=members($select=id)",
		"assignments": "/servicePrincipals?$select=id&$expand=appRoleAssignedTo",
		"delta":       "/groups/delta?$select=id,members&$filter=" + escape("id eq '"+strings.Join(bigGroups(s.Census()), "' or id eq '")+"'"),
	} {
		b.Run(name, func(b *testing.B) {
			req := httptest.NewRequest(http.MethodGet, "https://simulator.test/v1.0"+path, nil)
			req.Header.Set("Authorization", "Bearer "+token)
			req.Header.Set("Accept-Encoding", "gzip")
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				if s.ServeHTTP(w, req); w.Code != http.StatusOK {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
}

// bigGroups are fifty groups that $expand does not show whole.
func bigGroups(c *graphsim.Census) []string {
	var ids []string
	for _, g := range c.Groups {
		if len(g.Members) >= 20 && len(ids) < 50 {
			ids = append(ids, g.ID())
		}
	}
	return ids
}
