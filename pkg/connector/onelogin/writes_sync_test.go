package onelogin

import (
	"path/filepath"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
)

// synced is what a whole sync finds.
func (d *writeDesk) synced() *testkit.Contents {
	d.t.Helper()
	path := filepath.Join(d.t.TempDir(), "sync.c1z")
	if err := testkit.Sync(d.t.Context(), d.t, d.connector(), path); err != nil {
		d.t.Fatal(err)
	}
	return testkit.Read(d.t.Context(), d.t, path)
}

// Through gRPC, as ConductorOne asks: a sync finds what was granted, with the annotations of the grant that was answered,
// and no longer what was revoked.
func TestO05_ASyncFindsWhatWasGrantedAndNotWhatWasRevoked(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 50, nil, nil)
	client := testkit.Serve(t.Context(), t, d.c)
	rows := d.rows()
	before := d.synced()
	answered := map[string]*v2.Grant{}
	for _, row := range rows {
		if before.Grants[row.id()] != nil {
			t.Errorf("%s is there before it is granted", row.id())
		}
		resp, err := client.Grant(t.Context(), v2.GrantManagerServiceGrantRequest_builder{Entitlement: row.entitlement(), Principal: row.principal()}.Build())
		if err != nil || len(resp.GetGrants()) != 1 {
			t.Fatalf("grant %s: %v, %v", row.name, resp, err)
		}
		answered[row.id()] = resp.GetGrants()[0]
	}
	granted := d.synced()
	for _, row := range rows {
		g := granted.Grants[row.id()]
		if g == nil || !testkit.Direct(g) {
			t.Errorf("%s was granted, and the sync has %v", row.id(), g)
			continue
		}
		if want, got := expands(g.GetAnnotations()), expands(answered[row.id()].GetAnnotations()); want != got {
			t.Errorf("%s: the answer to the grant expands %q, the sync %q", row.id(), got, want)
		}
		if _, err := client.Revoke(t.Context(), v2.GrantManagerServiceRevokeRequest_builder{Grant: g}.Build()); err != nil {
			t.Errorf("revoke %s: %v", row.name, err)
		}
	}
	after := d.synced()
	for _, row := range rows {
		if after.Grants[row.id()] != nil {
			t.Errorf("%s was revoked, and the sync has it", row.id())
		}
	}
	if len(after.Grants) != len(before.Grants) {
		t.Errorf("there are %d grants, and %d before all", len(after.Grants), len(before.Grants))
	}
}

// O10: a group is read only, which whoever asks is told.
func TestO10_GroupsAreReadOnly(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 51, nil, nil)
	client := testkit.Serve(t.Context(), t, d.c)
	row := writeRow{"group", connector.ResourceID(typeGroup, numbered(d.sim.Census().Groups[0].ID)), slugMember, connector.ResourceID(typeUser, numbered(d.people(1)[0])), nil}
	_, granting := client.Grant(t.Context(), v2.GrantManagerServiceGrantRequest_builder{Entitlement: row.entitlement(), Principal: row.principal()}.Build())
	_, revoking := client.Revoke(t.Context(), v2.GrantManagerServiceRevokeRequest_builder{Grant: row.bare()}.Build())
	for _, err := range []error{granting, revoking} {
		if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "groups are read only") {
			t.Errorf("%v", err)
		}
	}
	d.wrote("groups", 0)
}

// A new account is in the next sync, as the answer to its creation has it; one that was deleted is not.
func TestAccounts_AreInTheNextSync(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 52, nil, nil)
	s := &userSyncer{c: d.c}
	resp, _, _, err := s.CreateAccount(t.Context(), form("new@acme.example", nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	success, ok := resp.(*v2.CreateAccountResponse_SuccessResult)
	if !ok {
		t.Fatalf("the answer is %v", resp)
	}
	answered := success.GetResource()
	found := d.synced().Resources[testkit.ResourceKey(answered.GetId())]
	if found == nil || found.GetDisplayName() != answered.GetDisplayName() || found.GetStatus().GetStatus() != answered.GetStatus().GetStatus() {
		t.Errorf("the answer is %v, the sync has %v", answered, found)
	}
	if _, err := s.Delete(t.Context(), answered.GetId(), nil); err != nil {
		t.Fatal(err)
	}
	if found := d.synced().Resources[testkit.ResourceKey(answered.GetId())]; found != nil {
		t.Errorf("the sync has the user who was deleted: %v", found)
	}
}
