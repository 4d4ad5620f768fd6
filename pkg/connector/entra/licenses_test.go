package entra

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

func TestLicense_HasTheSeatsOfTheTenant(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 71})
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path); err != nil {
		t.Fatal(err)
	}
	got := testkit.Read(context.Background(), t, path)
	for _, l := range sim.Census().SubscribedSkus {
		raw, _ := l.Get("prepaidUnits").(json.RawMessage)
		var units struct{ Enabled, Warning, Suspended int64 }
		if err := json.Unmarshal(raw, &units); err != nil {
			t.Fatal(err)
		}
		used, _ := l.Get("consumedUnits").(int)
		r := got.Resources[typeLicense+":"+l.Text("skuId")]
		trait, err := rs.GetLicenseProfileTrait(r)
		if err != nil {
			t.Fatal(err)
		}
		if trait.GetPurchasedSeats() != units.Enabled+units.Warning || trait.GetConsumedSeats() != int64(used) {
			t.Errorf("%s: %d of %d seats, the tenant says %d, %+v", l.Text("skuPartNumber"), trait.GetConsumedSeats(), trait.GetPurchasedSeats(), used, units)
		}
		if trait.GetLicenseName() != r.GetDisplayName() || len(trait.GetEntitlementIds()) != 1 || got.Entitlements[trait.GetEntitlementIds()[0]] == nil {
			t.Errorf("%s: %v", r.GetDisplayName(), trait)
		}
		if free, _ := r.GetProfile().AsMap()["seatsFree"].(float64); int64(free) != max(0, units.Enabled+units.Warning-int64(used)) {
			t.Errorf("%s: %v seats are free", r.GetDisplayName(), free)
		}
	}
}

// Who has a licence from a group alone has it through the group, and not directly as well.
func TestLicense_FromAGroupIsHeldThroughTheGroupAlone(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, graphsim.Options{Seed: 72})
	path := filepath.Join(t.TempDir(), "sync.c1z")
	if err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}), path); err != nil {
		t.Fatal(err)
	}
	got := testkit.Read(context.Background(), t, path)
	inherited, nested := 0, 0
	for _, u := range readCensus(t, sim).Users {
		direct := map[string]bool{}
		for _, l := range u.Licenses {
			direct[l.SkuID] = direct[l.SkuID] || l.ByGroup == nil
		}
		for _, l := range u.Licenses {
			g := got.Grants["license:"+l.SkuID+":assigned:user:"+u.ID]
			if l.ByGroup == nil || direct[l.SkuID] || g == nil {
				continue
			}
			inherited++
			if testkit.Direct(g) {
				t.Errorf("%s is written as a direct grant", g.GetId())
			}
		}
	}
	for _, g := range got.Grants {
		if g.GetEntitlement().GetResource().GetId().GetResourceType() != typeLicense || g.GetPrincipal().GetId().GetResourceType() != typeGroup {
			continue
		}
		var expandable v2.GrantExpandable
		annos := annotations.Annotations(g.GetAnnotations())
		if ok, err := annos.Pick(&expandable); err != nil || !ok || !expandable.GetShallow() {
			t.Errorf("%s: %v, %v: it does not reach the direct members alone", g.GetId(), &expandable, err)
		}
		nested++
		if !testkit.Direct(g) {
			t.Errorf("%s: a group within a group inherits no licence", g.GetId())
		}
	}
	if inherited == 0 || nested == 0 {
		t.Fatalf("seed 72: %d inherited licences, %d groups: the test shows nothing", inherited, nested)
	}
}

func TestUserLicenses_AreThoseGivenDirectly(t *testing.T) {
	group := "g"
	have := func(skus ...string) (out []graph.AssignedLicense) {
		for _, sku := range skus {
			out = append(out, graph.AssignedLicense{SkuID: sku})
		}
		return out
	}
	for name, c := range map[string]struct {
		user graph.User
		want []string
	}{
		"none":          {graph.User{}, nil},
		"directly":      {graph.User{AssignedLicenses: have("a"), LicenseAssignmentStates: []graph.LicenseState{{SkuID: "a", State: "Active"}}}, []string{"a"}},
		"from a group":  {graph.User{AssignedLicenses: have("a"), LicenseAssignmentStates: []graph.LicenseState{{SkuID: "a", AssignedByGroup: &group}}}, nil},
		"in error":      {graph.User{LicenseAssignmentStates: []graph.LicenseState{{SkuID: "a", State: "Error"}}}, nil},
		"without a way": {graph.User{AssignedLicenses: have("a", "b"), LicenseAssignmentStates: []graph.LicenseState{{SkuID: "b", AssignedByGroup: &group}}}, []string{"a"}},
		"both ways": {graph.User{AssignedLicenses: have("a"),
			LicenseAssignmentStates: []graph.LicenseState{{SkuID: "a", AssignedByGroup: &group}, {SkuID: "a"}}}, []string{"a"}},
	} {
		if got := userLicenses(c.user).SKUs; !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What ConductorOne asks for goes before --sync-resource-types: better no sync than one in which nobody has a licence.
func TestLicense_IsRefusedWhereTheListsWentWithout(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(73))
	err := testkit.Sync(context.Background(), t, connectTo(t, sim, &testkit.QuickClock{}, typeUser, typeGroup), filepath.Join(t.TempDir(), "sync.c1z"))
	if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "--sync-resource-types") {
		t.Errorf("got %v", err)
	}
}

func TestLicenseResource_NamesTheProduct(t *testing.T) {
	for part, want := range map[string]string{"SPE_E5": "Microsoft 365 E5", "CONTOSO_SPECIAL": "CONTOSO_SPECIAL", "": "sku"} {
		r, err := licenseResource(graph.SubscribedSku{ID: "x", SkuID: "sku", SkuPartNumber: part})
		if err != nil || r.GetDisplayName() != want {
			t.Errorf("%q: %q, %v", part, r.GetDisplayName(), err)
		}
	}
	if _, err := licenseResource(graph.SubscribedSku{ID: "x"}); err == nil {
		t.Error("a product without an id has a row")
	}
	for part, name := range productNames() {
		if strings.TrimSpace(name) == "" || strings.TrimSpace(part) != part {
			t.Errorf("%q is called %q", part, name)
		}
	}
}
