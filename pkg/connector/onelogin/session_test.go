package onelogin

import (
	"context"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/pagination"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/conductorone/baton-sdk/pkg/types/sessions"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// emptySession is a session store that has lost everything.
type emptySession struct{ sessions.SessionStore }

func (emptySession) GetMany(context.Context, []string, ...sessions.SessionStoreOption) (map[string][]byte, []string, error) {
	return map[string][]byte{}, nil, nil
}

// A list of a role that was not read is an error, and never a role without members.
func TestO03_AListThatWasNotReadIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	token, err := connector.Cursor{Walk: slugMember, Parent: "7"}.Token()
	if err != nil {
		t.Fatal(err)
	}
	o := rs.SyncOpAttrs{Session: emptySession{}, SyncID: "sync", PageToken: pagination.Token{Token: token}}
	grants, _, err := (&roleSyncer{&Connector{willSync: func(string) bool { return true }}}).GrantsForResourceType(t.Context(), typeRole, o)
	if len(grants) > 0 || status.Code(err) != codes.Internal || !strings.Contains(err.Error(), "the list member/7: it was not read to its end") {
		t.Errorf("%v, %v", grants, err)
	}
}
