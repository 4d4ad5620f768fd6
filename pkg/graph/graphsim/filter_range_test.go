package graphsim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// ranges are filters that divide securityIdentifier at some bounds. A user at a bound is in two.
func ranges(bounds ...string) []string {
	filters := []string{"securityIdentifier le '" + bounds[0] + "'"}
	for i := range bounds[1:] {
		filters = append(filters, fmt.Sprintf("securityIdentifier ge '%s' and securityIdentifier le '%s'", bounds[i], bounds[i+1]))
	}
	return append(filters, "securityIdentifier ge '"+bounds[len(bounds)-1]+"'")
}

// sids are the security identifiers of the tenant in order.
func sids(users []graphsim.Record) (list []string) {
	for _, u := range users {
		if sid := u.Text("securityIdentifier"); sid != "" {
			list = append(list, sid)
		}
	}
	slices.Sort(list)
	return list
}

// TestRanges_CoverEverybody: each user comes once, twice at a bound, and who has no SID comes in none.
func TestRanges_CoverEverybody(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{UsersWithoutSID: 9, PageSize: 17, EmptyPages: true})
	have := sids(r.Census().Users)
	for name, bounds := range map[string][]string{
		"one": {"S-1-12-1-2"}, "in the middle of numbers": {"S-1-12-1-15", "S-1-12-1-2", "S-1-12-1-27", "S-1-12-1-4"},
		"lower case": {"s-1-12-1-2", "s-1-12-1-3"}, "of users": {have[0], have[50], have[100], have[190]},
		"beside everybody": {"", "S-1-12-1-3", "é"},
	} {
		for _, shape := range []string{"$top=999&$select=id,securityIdentifier", "$select=securityIdentifier&$expand=manager($select=id)"} {
			met := map[string]int{}
			for i, filter := range ranges(bounds...) {
				rows, _ := r.walk("/users?" + shape + "&$filter=" + escape(filter))
				for _, row := range rows {
					sid, _ := row["securityIdentifier"].(string)
					met[sid]++
					if low := strings.ToLower(sid); i > 0 && low < strings.ToLower(bounds[i-1]) || i < len(bounds) && low > strings.ToLower(bounds[i]) {
						t.Errorf("%s: %s among those where %s", name, sid, filter)
					}
				}
			}
			for _, sid := range have {
				want := 1
				if slices.Contains(bounds, sid) {
					want = 2
				}
				if met[sid] != want {
					t.Errorf("%s, %s: %s came %d times, want %d", name, shape, sid, met[sid], want)
				}
			}
			if len(met) != len(have) || len(have) != 191 {
				t.Errorf("%s: %d users, want %d", name, len(met), len(have))
			}
		}
	}
}

// TestSecurityIdentifier_Filters: what else it can be asked for by, and with what.
func TestSecurityIdentifier_Filters(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{UsersWithoutSID: 9})
	have := sids(r.Census().Users)
	twos := 0
	for _, sid := range have {
		if strings.HasPrefix(sid, "S-1-12-1-2") {
			twos++
		}
	}
	for filter, want := range map[string]int{
		"securityIdentifier eq '" + strings.ToLower(have[3]) + "'": 1,
		"securityIdentifier eq null":                               9,
		"startswith(securityIdentifier,'s-1-12-1-2')":              twos,
		"securityIdentifier ge 's'":                                191,
		"securityIdentifier le 'S'":                                0,
		"securityIdentifier ge '" + have[190] + "' or (securityIdentifier le '" + have[1] + "')":          3,
		"securityIdentifier le '" + have[9] + "' and (userType eq 'Guest' or userType eq 'Member')":       10,
		"securityIdentifier eq null or securityIdentifier ge '' or startswith(securityIdentifier,'none')": 200,
	} {
		if a := r.ok("/users?$top=999&$select=id&$filter=" + escape(filter)); len(a.Value) != want {
			t.Errorf("%d users where %s, want %d", len(a.Value), filter, want)
		}
	}
	if a := r.ok("/users?$top=999&$count=true&$filter="+escape("not(securityIdentifier ge '"+have[100]+"')"), eventual); len(a.Value) != 109 {
		t.Errorf("%d users by not, want those below and those without", len(a.Value))
	}
	if a := r.ok("/users/$count?$filter="+escape("securityIdentifier ge '"+have[100]+"'"), eventual); string(a.body) != "91" {
		t.Errorf("$count %s", a.body)
	}
}

func TestRanges_Refusals(t *testing.T) {
	t.Parallel()
	r := start(t, graphsim.Options{})
	for filter, code := range map[string]string{
		"securityIdentifier gt 'S'":      "Request_UnsupportedQuery",
		"securityIdentifier lt 'S'":      "Request_UnsupportedQuery",
		"not(securityIdentifier ge 'S')": "Request_UnsupportedQuery",
		"displayName ge 'S'":             "Request_UnsupportedQuery",
		"id le 'S'":                      "Request_UnsupportedQuery",
		"accountEnabled ge true":         "Request_UnsupportedQuery",
		"securityIdentifier ge '" + strings.Repeat("S", 121) + "'": "Request_UnsupportedQuery",
		"securityIdentifier ge null":                               "Request_BadRequest",
		"securityIdentifier ge S":                                  "Request_BadRequest",
		"securityIdentifier le":                                    "Request_BadRequest",
		"securityIdentifier ge 'S' and":                            "Request_BadRequest",
		"securityIdentifier ge 'S' 'T'":                            "Request_BadRequest",
	} {
		r.refused("/users?$filter="+escape(filter), 400, code)
	}
	r.refused("/groups?$filter="+escape("securityIdentifier ge 'S'"), 400, "Request_UnsupportedQuery")
}

// TestRanges_NotServed: a tenant may refuse them, or give everybody; what it would refuse anyway it still does.
func TestRanges_NotServed(t *testing.T) {
	t.Parallel()
	ranged, plain, wrong := "/users?$top=999&$filter="+escape("userType eq 'Guest' and securityIdentifier le 'S-1-12-1-2'"),
		"/users?$top=999&$filter="+escape("startswith(securityIdentifier,'S-1-12-1-2')"), "/users?$filter="+escape("securityIdentifier ge 'S' and nope eq 'x'")
	for status, code := range map[int]string{400: "Request_BadRequest", 501: "NotImplemented"} {
		r := start(t, graphsim.Options{RangesStatus: status})
		r.refused(ranged, status, code)
		r.refused("/users/$count?"+strings.TrimPrefix(ranged, "/users?$top=999&"), status, code, eventual)
		r.refused(wrong, 400, "Request_BadRequest")
		r.ok(plain)
	}
	r := start(t, graphsim.Options{RangesIgnored: true})
	if n := len(r.ok(ranged).Value); n != 200 {
		t.Errorf("%d users where the filter is ignored", n)
	}
	if n := len(r.ok(plain).Value); n == 0 || n == 200 {
		t.Errorf("%d users by a filter that is served", n)
	}
	r.refused(wrong, 400, "Request_BadRequest")
	for _, o := range []graphsim.Options{{RangesStatus: 399}, {RangesStatus: 600}, {RangesStatus: 400, RangesIgnored: true}, {UsersWithoutSID: -1}} {
		if _, err := graphsim.New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// ranges reads everybody in ranges: the SDK gives filter, links and values as a client has to.
func (w *walker) ranges(t *testing.T) {
	b, want := w.client.Users(), sids(w.census.Users)
	var got []string
	for _, filter := range ranges("S-1-12-1-2", "S-1-12-1-3", "S-1-12-1-4") {
		config := &users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: &users.UsersRequestBuilderGetQueryParameters{
			Select: []string{"id", "securityIdentifier"}, Expand: []string{"manager($select=id)"}, Filter: ptr(filter), Top: ptr(int32(20))}}
		for _, u := range collect(t, func() (models.UserCollectionResponseable, error) { return b.Get(w.ctx, config) },
			func(link string) (models.UserCollectionResponseable, error) { return b.WithUrl(link).Get(w.ctx, nil) }) {
			got = append(got, text(u.GetSecurityIdentifier()))
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%d users in ranges, want %d", len(got), len(want))
	}
}
