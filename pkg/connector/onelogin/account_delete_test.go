package onelogin

import (
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// A user is deleted once, and is gone the second time. What is no user goes no further.
func TestAccounts_AreDeletedTwice(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 26, nil, nil)
	s := &userSyncer{c: d.c}
	id := connector.ResourceID(typeUser, numbered(d.people(1)[0]))
	if notes, err := s.Delete(t.Context(), id, nil); err != nil || len(notes) > 0 || d.user(idOf(t, id.GetResource())) != nil {
		t.Errorf("%v, %v", notes, err)
	}
	if notes, err := s.Delete(t.Context(), id, nil); err != nil || !notes.Contains(&v2.ResourceDoesNotExist{}) {
		t.Errorf("again: %v, %v", notes, err)
	}
	for _, id := range []*v2.ResourceId{connector.ResourceID(typeRole, "1"), connector.ResourceID(typeUser, "../roles/1"), nil} {
		_, deleting := s.Delete(t.Context(), id, nil)
		_, _, rotating := s.Rotate(t.Context(), id, randomPassword())
		if status.Code(deleting) != codes.InvalidArgument || status.Code(rotating) != codes.InvalidArgument {
			t.Errorf("%v: %v, %v", id, deleting, rotating)
		}
	}
}

// A password that the policy refuses is told as such, and so is a user who is gone.
func TestAccounts_PasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 27, nil, nil)
	s := &userSyncer{c: d.c}
	short := v2.LocalCredentialOptions_builder{PlaintextPassword: v2.LocalCredentialOptions_PlaintextPassword_builder{PlaintextPassword: "short"}.Build()}.Build()
	_, _, err := s.Rotate(t.Context(), connector.ResourceID(typeUser, numbered(d.people(1)[0])), short)
	if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "password policy") || strings.Contains(err.Error(), "short\"") {
		t.Errorf("a short password: %v", err)
	}
	if _, _, err := s.Rotate(t.Context(), connector.ResourceID(typeUser, "4711"), randomPassword()); status.Code(err) != codes.NotFound {
		t.Errorf("nobody: %v", err)
	}
	if _, _, err := d.create(form("weak@acme.example", nil), short); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a new user with a short password: %v", err)
	}
	if len(d.with("weak@acme.example")) > 0 {
		t.Error("the user was made all the same")
	}
}
