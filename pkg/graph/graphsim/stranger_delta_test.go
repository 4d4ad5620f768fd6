package graphsim_test

import (
	"strings"
	"testing"

	"github.com/microsoftgraph/msgraph-sdk-go/groups"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
)

// delta reads the groups with their members and owners a second way, and once more those of a filter.
func (w *walker) delta(t *testing.T) {
	want := linksOf(w.census, "members,owners")
	sameLinks(t, w.round(t, &groups.DeltaRequestBuilderGetQueryParameters{Select: []string{"id", "displayName", "members", "owners"}}), want)
	one := w.census.Groups[len(w.census.Groups)-1].ID()
	some := w.round(t, &groups.DeltaRequestBuilderGetQueryParameters{Select: []string{"members", "owners"}, Filter: ptr("id eq '" + one + "'")})
	if len(some) != 1 || len(some[one]) != len(want[one]) {
		t.Errorf("%d groups of one, with %d links of %d", len(some), len(some[one]), len(want[one]))
	}
}

// round reads a round through models, merges it, and sees that its deltaLink leads to an empty one.
func (w *walker) round(t *testing.T, query *groups.DeltaRequestBuilderGetQueryParameters) map[string]map[string]bool {
	b := w.client.Groups().Delta()
	answer, err := b.GetAsDeltaGetResponse(w.ctx, &groups.DeltaRequestBuilderGetRequestConfiguration{QueryParameters: query})
	merged := map[string]map[string]bool{}
	for {
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range answer.GetValue() {
			mergeModel(t, merged, g)
		}
		next := answer.GetOdataNextLink()
		if next == nil {
			break
		}
		answer, err = b.WithUrl(*next).GetAsDeltaGetResponse(w.ctx, nil)
	}
	again, err := b.WithUrl(*answer.GetOdataDeltaLink()).GetAsDeltaGetResponse(w.ctx, nil)
	if err != nil || len(again.GetValue()) != 0 || again.GetOdataDeltaLink() == nil {
		t.Errorf("the round after: %v", err)
	}
	return merged
}

// mergeModel adds the links of a group. The models have no field for them, and keep them aside.
func mergeModel(t *testing.T, merged map[string]map[string]bool, g models.Groupable) {
	group := text(g.GetId())
	if merged[group] == nil {
		merged[group] = map[string]bool{}
	}
	for _, relation := range []string{"members", "owners"} {
		list, _ := g.GetAdditionalData()[relation+"@delta"].([]any)
		for _, node := range list {
			link := node.(map[string]any)
			kind, id := text(link["@odata.type"].(*string)), text(link["id"].(*string))
			merged[group][relation+" "+strings.TrimPrefix(kind, "#microsoft.graph.")+" "+id] = true
		}
	}
	if len(g.GetMembers())+len(g.GetOwners()) > 0 {
		t.Errorf("group %s has its links in the fields of $expand", group)
	}
}

// memberOf reads what service principals are in: by $expand, and one by one.
func (w *walker) memberOf(t *testing.T) {
	want := map[string]int{}
	for _, g := range w.census.Groups {
		for _, m := range g.Members {
			want[m.ID]++
		}
	}
	b := w.client.ServicePrincipals()
	answer, err := b.Get(w.ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
		QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{Select: []string{"id"}, Expand: []string{"memberOf($select=id)"}, Top: ptr(int32(20))}})
	if err != nil {
		t.Fatal(err)
	}
	roles, groups := 0, 0
	for _, sp := range answer.GetValue() {
		of := 0
		for _, o := range sp.GetMemberOf() {
			switch o.(type) {
			case models.Groupable:
				of++
			case models.DirectoryRoleable:
				roles++
			}
		}
		list, err := b.ByServicePrincipalId(text(sp.GetId())).MemberOf().Get(w.ctx, nil)
		if err != nil || len(list.GetValue()) < of || of != min(20, want[text(sp.GetId())]) {
			t.Errorf("%s is in %d groups, want %d: %v", text(sp.GetId()), of, want[text(sp.GetId())], err)
		}
		groups += of
	}
	if roles == 0 || groups == 0 {
		t.Errorf("service principals are in %d groups and %d roles", groups, roles)
	}
}
