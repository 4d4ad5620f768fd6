package onelogin

import (
	"context"
	"regexp"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// right is what a grant or a revoke is about: an entitlement of a resource, and who is to have it, or no longer.
type right struct {
	resource onelogin.ID
	slug     string
	holder   *v2.ResourceId
}

// rightOf reads what is asked for. The resource is the entitlement's own; the slug stands in its id alone.
func rightOf(e *v2.Entitlement, holder *v2.ResourceId) (right, error) {
	_, slug, err := connector.ParseEntitlementID(e.GetId())
	if err != nil {
		return right{}, status.Error(codes.InvalidArgument, err.Error())
	}
	if !isID(e.GetResource().GetId()) || !isID(holder) {
		// What is none could lead a request astray, and the refusal of one pass for what is gone.
		return right{}, status.Errorf(codes.InvalidArgument, "the request for %q names no resource, or nobody who is to have it: both are named by OneLogin's ids", e.GetId())
	}
	return right{resource: onelogin.ID(e.GetResource().GetId().GetResource()), slug: slug, holder: holder}, nil
}

func (r right) holderID() onelogin.ID { return onelogin.ID(r.holder.GetResource()) }

// unknown refuses an entitlement that the resource type does not have.
func (r right) unknown() error {
	return status.Errorf(codes.InvalidArgument, "the entitlement %q is none that can be given here", r.slug)
}

// heldBy refuses whoever is of none of the resource types.
func (r right) heldBy(what string, types ...string) error {
	if slices.Contains(types, r.holder.GetResourceType()) {
		return nil
	}
	return connector.Precondition("%s cannot be given to a resource of type %s, only to one of type %s", what, r.holder.GetResourceType(), strings.Join(types, ", "))
}

var (
	// number is the form of most ids.
	number = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)
	// uuid is the form of the ids of privileges.
	uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// isNumber says whether a text is an id as users, roles, groups and apps have one.
func isNumber(id string) bool { return number.MatchString(id) }

// isID says whether a resource is named by an id of its type's form.
func isID(id *v2.ResourceId) bool {
	if id.GetResourceType() == typePrivilege {
		return uuid.MatchString(id.GetResource())
	}
	return isNumber(id.GetResource())
}

// apply makes a change and writes the audit line.
func (c *Connector) apply(ctx context.Context, ch connector.Change) (connector.Outcome, error) {
	return connector.Writer{Unclear: unclear, Clock: c.clock}.Apply(ctx, ch)
}

// unclear says whether a write that failed may have happened all the same. What was put into a sentence was decided.
func unclear(err error) bool {
	if s, told := status.FromError(err); told && s.Code() != codes.Unavailable && s.Code() != codes.DeadlineExceeded {
		return false
	}
	return onelogin.Unclear(err)
}

// inTurn is a write that no other of this connector to the same object meets.
func (c *Connector) inTurn(ctx context.Context, object string, write func() error) error {
	giveBack, err := c.turns.Take(ctx, object)
	if err != nil {
		return err
	}
	defer giveBack()
	return write()
}

// The scopes of an API credential that changes, and the reads beside them, take.
const (
	scopeReadUsers   = "Read Users"
	scopeReadAll     = "Read All"
	scopeManageUsers = "Manage Users"
	scopeManageAll   = "Manage All"
)

// lacking says what the credential lacks where OneLogin refuses a deed ("remove …") for its scope; other errors stay as
// they are. A sentence that is there already is kept.
func lacking(err error, deed, scope string) error {
	switch {
	case connector.Explained(err), !tooSmall(err):
		return err
	case onelogin.ScopeTooSmall(err):
		return connector.Explain(codes.PermissionDenied, err, "OneLogin refused to %s: the API credential needs the scope %s", deed, scope)
	}
	return connector.Explain(codes.PermissionDenied, err, "OneLogin refused to %s: the API credential needs the scope %s; if it has that, try again (401)", deed, scope)
}
