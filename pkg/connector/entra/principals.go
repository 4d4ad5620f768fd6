package entra

import (
	"context"
	"encoding/json"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// Why a link becomes no grant. The counts go into the sync's summary.
const (
	reasonGone        = "the principal is deleted, or newer than its list"
	reasonNotSynced   = "the principal is of a resource type that this sync leaves out"
	reasonKind        = "the principal is of a kind that is not synced: "
	reasonParentGone  = "the object is newer than its list"
	reasonRoleGone    = "the app role is gone"
	reasonDefinition  = "the role definition is gone"
	reasonLicenseGone = "the licence is of a product that the tenant no longer has"
	reasonDeleted     = "the lists of an object that was deleted after it was listed"
	reasonOnPremises  = "the member is synced from on-premises"
	// These three are followed by what is left out, see mark.what.
	reasonIs          = "it is "
	reasonPrincipalIs = "the principal is "
	reasonRightOf     = "the right is of "
)

// principal is the holder of a link as Graph names it: its id, and its kind ("user", "servicePrincipal"
// in any case), "" where Graph does not say.
type principal struct{ id, kind string }

func principalOf(o graph.Object) principal { return principal{o.ID, o.Type()} }

// resolver knows which resources the objects of a page of links are, and counts what is none.
type resolver struct {
	c     *Connector
	known map[string]object
	left  map[string]int
	// members says that the links are those of members of groups.
	members bool
}

// resolve looks up all objects of a page at once.
func (c *Connector) resolve(ctx context.Context, o rs.SyncOpAttrs, ids []string) (*resolver, error) {
	known, err := recall(ctx, o, ids)
	if err != nil {
		return nil, err
	}
	return &resolver{c: c, known: known, left: map[string]int{}}, nil
}

// uncounted is a resolver of the same objects for links that will come once more, and are counted then.
func (r *resolver) uncounted() *resolver {
	return &resolver{c: r.c, known: r.known, left: map[string]int{}, members: r.members}
}

// resource returns the id of the resource that the principal is, or nil, counted, where it is none.
func (r *resolver) resource(p principal) *v2.ResourceId {
	as := r.known[p.id]
	switch {
	case as.mark.leavesOut():
		r.left[reasonPrincipalIs+as.mark.what()]++
	case r.members && as.mark == fromOnPremises:
		r.left[reasonOnPremises]++
	case as.resourceType == "":
		r.left[r.reason(p)]++
	default:
		return connector.ResourceID(as.resourceType, p.id)
	}
	return nil
}

func (r *resolver) reason(p principal) string {
	switch strings.ToLower(p.kind) {
	case strings.ToLower(graph.TypeUser):
		return r.unless(typeUser)
	case strings.ToLower(graph.TypeGroup):
		return r.unless(typeGroup)
	case strings.ToLower(graph.TypeServicePrincipal):
		return r.unless(typeApplication, typeManagedIdentity)
	case "":
		return reasonGone
	}
	return reasonKind + p.kind
}

// unless tells a principal that is gone from one whose type was not asked for.
func (r *resolver) unless(types ...string) string {
	for _, t := range types {
		if !r.c.willSync(t) {
			return reasonNotSynced
		}
	}
	return reasonGone
}

// listed says whether the parent of links was listed as a resource of the type. Where it was not, its n
// links are counted, unless it is of another type.
func (r *resolver) listed(resourceType, id string, n int) bool {
	as := r.known[id]
	switch {
	case n == 0:
	case as.resourceType == "":
		r.left[reasonParentGone] += n
	case as.mark.leavesOut():
		r.left[reasonRightOf+as.mark.what()] += n
	}
	return as.listed(resourceType)
}

// report adds the counts of a page to the sync's summary. It is called once the page is complete: the SDK
// repeats a page that fails.
func (r *resolver) report(o rs.SyncOpAttrs) { r.c.summaries.SkipAll(o.SyncID, r.left) }

// leftText is what was left out, as a cursor carries it: JSON, "" for nothing.
func (r *resolver) leftText() string {
	if len(r.left) == 0 {
		return ""
	}
	text, err := json.Marshal(r.left)
	if err != nil { // a map of numbers always marshals
		return ""
	}
	return string(text)
}

// leftBefore adds what leftText wrote. Anything else is InvalidArgument.
func (r *resolver) leftBefore(text string) error {
	if text == "" {
		return nil
	}
	var before map[string]int
	if err := json.Unmarshal([]byte(text), &before); err != nil {
		return status.Errorf(codes.InvalidArgument, "the page token is not one of this connector's: what was left out cannot be read: %v", err)
	}
	for reason, n := range before {
		r.left[reason] += n
	}
	return nil
}
