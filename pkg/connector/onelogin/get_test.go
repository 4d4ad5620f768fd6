package onelogin

import (
	"context"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

type getter interface {
	Get(ctx context.Context, id, parent *v2.ResourceId) (*v2.Resource, annotations.Annotations, error)
}

func getters(c *Connector) map[string]getter {
	return map[string]getter{typeUser: &userSyncer{c}, typeRole: &roleSyncer{c}, typeGroup: &groupSyncer{c}, typeApp: &appSyncer{c}, typePrivilege: &privilegeSyncer{c}}
}

// One object is as the list has it; an app tells besides whether OneLogin makes accounts in it.
func TestGet_ReadsWhatTheListReads(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, smallAccount(71))
	got, all := contentsOf(t, sim), getters(connectTo(t, sim))
	provisioned := map[string]bool{}
	for _, a := range sim.Census().Apps {
		provisioned[text(a.ID)] = a.Provisioned
	}
	for key, want := range got.Resources {
		sim.ResetHistory()
		r, _, err := all[want.GetId().GetResourceType()].Get(t.Context(), want.GetId(), nil)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		if want.GetId().GetResourceType() == typeApp {
			told, is := r.GetProfile().GetFields()["scim_provisioned"]
			if !is && provisioned[want.GetId().GetResource()] || told.GetBoolValue() != provisioned[want.GetId().GetResource()] {
				t.Errorf("%s: scim_provisioned is %v", key, told)
			}
			delete(r.GetProfile().GetFields(), "scim_provisioned")
		}
		if !sameResource(r, want) {
			t.Errorf("seed 71: %s is\n%v\nand in the list\n%v", key, r, want)
		}
		if n := len(sim.History()); n > 3 { // a token, the object, the manager
			t.Errorf("%s took %d requests", key, n)
		}
	}
}

// sameResource compares what the connector says of a resource; how the SDK notes it in the file aside.
func sameResource(a, b *v2.Resource) bool {
	return a.GetDisplayName() == b.GetDisplayName() && a.GetDescription() == b.GetDescription() && proto.Equal(a.GetProfile(), b.GetProfile()) &&
		proto.Equal(a.GetStatus(), b.GetStatus()) && proto.Equal(a.GetCreatedAt(), b.GetCreatedAt())
}

// What is gone is NotFound, which the SDK skips, and what is no id asks nothing.
func TestGet_OfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	sim := oneloginsim.Start(t, smallAccount(72))
	for resourceType, g := range getters(connectTo(t, sim)) {
		gone := "999999999"
		if resourceType == typePrivilege {
			gone = "00000000-0000-4000-8000-000000000000"
		}
		if _, _, err := g.Get(t.Context(), connector.ResourceID(resourceType, gone), nil); status.Code(err) != codes.NotFound {
			t.Errorf("%s: %v", resourceType, err)
		}
		sim.ResetHistory()
		for _, id := range []string{"", "me", "../users", "7/apps", " 7", "-7", "7e3"} {
			if _, _, err := g.Get(t.Context(), connector.ResourceID(resourceType, id), nil); status.Code(err) != codes.InvalidArgument {
				t.Errorf("%s %q: %v", resourceType, id, err)
			}
		}
		if n := len(sim.History()); n != 0 {
			t.Errorf("%s: %d requests for what is no id", resourceType, n)
		}
	}
}
