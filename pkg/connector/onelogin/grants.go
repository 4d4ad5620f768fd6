package onelogin

import (
	"context"
	"regexp"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// right is what a grant or a revoke is about, with OneLogin's ids.
type right struct{ connector.Right }

// rightOf reads what is asked for.
func rightOf(e *v2.Entitlement, holder *v2.ResourceId) (right, error) {
	r, err := connector.RightOf(e, holder, isID, "OneLogin's ids")
	return right{r}, err
}

func (r right) resourceID() onelogin.ID { return onelogin.ID(r.Resource) }

func (r right) holderID() onelogin.ID { return onelogin.ID(r.Holder.GetResource()) }

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
