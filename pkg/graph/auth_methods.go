package graph

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// AuthenticationMethod is one way in which a user can sign in, or prove to be who signed in.
// https://learn.microsoft.com/graph/api/resources/authenticationmethod
type AuthenticationMethod struct{ Object }

// passwordMethod is the kind that cannot be deleted.
const passwordMethod = "password"

// Kind returns the kind of method without its namespace and what all have in common: "phone", "fido2".
func (m AuthenticationMethod) Kind() string {
	return strings.TrimSuffix(m.Type(), "AuthenticationMethod")
}

// Password says whether the method is the password, which is changed and never deleted.
func (m AuthenticationMethod) Password() bool { return m.Kind() == passwordMethod }

// Deletable says whether there is a request that deletes a method of this kind.
func (m AuthenticationMethod) Deletable() bool { return m.path() != "" }

// path is where the method is deleted, below the user's authentication: each kind has a path of its own,
// and the one that all methods are listed at deletes none. It is "" for kinds that are not known.
func (m AuthenticationMethod) path() string {
	switch kind := m.Kind(); kind {
	case "qrCodePin": // of which a user has one
		return "qrCodePinMethod"
	case "phone", "microsoftAuthenticator", "softwareOath", "hardwareOath", "fido2", "windowsHelloForBusiness",
		"email", "temporaryAccessPass", "platformCredential":
		return kind + "Methods/" + url.PathEscape(m.ID)
	case "external":
		return "externalAuthenticationMethods/" + url.PathEscape(m.ID)
	}
	return ""
}

// ListAuthenticationMethods returns all methods of a user. Which of them is the default does not show.
//
// https://learn.microsoft.com/graph/api/authentication-list-methods, least permission
// UserAuthenticationMethod.Read.All. For an administrator it takes a directory role as well.
func (c *Client) ListAuthenticationMethods(ctx context.Context, userID string) ([]AuthenticationMethod, error) {
	const all = 10_000
	return find[AuthenticationMethod](ctx, c, all, listing{op: "list the authentication methods of user " + userID,
		first: func(bool) (*abstractions.RequestInformation, error) {
			return c.sdk.Users().ByUserId(userID).Authentication().Methods().ToGetRequestInformation(ctx, nil)
		}})
}

// DeleteAuthenticationMethod takes a method away from a user. The default method is refused (DefaultMethod)
// while there are others; the service takes a moment to see that they are gone.
//
// https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview has the page of each kind.
// Least permission UserAuthenticationMethod.ReadWrite.All, or that of the kind alone, like
// UserAuthMethod-Phone.ReadWrite.All; for an administrator Privileged Authentication or Global Administrator.
func (c *Client) DeleteAuthenticationMethod(ctx context.Context, userID string, m AuthenticationMethod) (Receipt, error) {
	op := fmt.Sprintf("delete %s method %s of user %s", m.Kind(), m.ID, userID)
	if !m.Deletable() {
		return Receipt{}, fmt.Errorf("graph: %s: there is no request that deletes this kind of method", op)
	}
	// The SDK has no builders for some of the kinds, so the path is put together here for all.
	u, err := url.Parse(c.adapter.GetBaseUrl() + "/users/" + url.PathEscape(userID) + "/authentication/" + m.path())
	if err != nil {
		return Receipt{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	info := abstractions.NewRequestInformation()
	info.Method = abstractions.DELETE
	info.SetUri(*u)
	info.Headers.TryAdd("Accept", "application/json")
	return c.change(ctx, op, info, nil, nil)
}

// DefaultMethod says whether Graph refused to delete a method because it is the user's default. Of the two
// texts the first is for a method that stays, the second for one that goes once the others are gone
// (microsoft-graph-docs#18091 and #14470); which one comes is not documented.
func DefaultMethod(err error) bool {
	return refusedWith(err, http.StatusBadRequest, "current default authentication method") ||
		refusedWith(err, http.StatusBadRequest, "cannot delete default method")
}
