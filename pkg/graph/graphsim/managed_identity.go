package graphsim

import (
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// identityPath is the token endpoint that an App Service gives to what runs in it. It speaks plain HTTP, as
// there; only who knows the header gets a token.
const (
	identityPath       = "/msi/token"
	identityAPIVersion = "2019-08-01"
)

// IdentityEndpoint is the address for IDENTITY_ENDPOINT, "" without Options.ManagedIdentity or before Start.
func (s *Server) IdentityEndpoint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.identityDoor == nil {
		return ""
	}
	return "http://" + s.identityDoor.Addr().String() + identityPath
}

// IdentityHeader is the value for IDENTITY_HEADER.
func (s *Server) IdentityHeader() string { return s.identityHeader }

// ManagedIdentities are the client ids that the endpoint knows: those of the identities that stand on their own,
// and before them that of the one system-assigned identity of this service, which is also used where none is
// named. The system-assigned identities of other resources are none of its business.
func (s *Server) ManagedIdentities() []string {
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	var system, user []string
	for _, sp := range s.tenant.servicePrincipals {
		names, _ := sp.get("alternativeNames").([]string)
		switch {
		case sp.text("servicePrincipalType") != "ManagedIdentity":
		case slices.Contains(names, "isExplicit=True"):
			user = append(user, sp.text("appId"))
		case system == nil:
			system = append(system, sp.text("appId"))
		}
	}
	return append(system, user...)
}

// serveIdentity leads what comes by the endpoint's own port, and nothing else, through the usual answer.
func (s *Server) serveIdentity(listener net.Listener) *http.Server {
	server := &http.Server{ReadHeaderTimeout: 30 * time.Second, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != identityPath {
				http.NotFound(w, r)
				return
			}
			s.handle(w, r, &call{identity: true})
		})}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return server
}

// identityError is a refusal in the form of an App Service.
func identityError(status int, format string, args ...any) (*reply, error) {
	return jsonReply(status, map[string]any{"statusCode": status, "message": fmt.Sprintf(format, args...)})
}

func (s *Server) identityToken(c *call) (*reply, error) {
	q, err := url.ParseQuery(c.rawQuery)
	switch {
	case err != nil || c.method != http.MethodGet:
		return identityError(http.StatusBadRequest, "The request is not a GET with a query.")
	case subtle.ConstantTimeCompare([]byte(c.header.Get("X-IDENTITY-HEADER")), []byte(s.identityHeader)) == 0:
		return identityError(http.StatusUnauthorized, "The header X-IDENTITY-HEADER is not that of this service.")
	case q.Get("api-version") != identityAPIVersion:
		return identityError(http.StatusBadRequest, "The api-version '%s' is not known: %s.", q.Get("api-version"), identityAPIVersion)
	case !slices.Contains(append(graphAudiences(), exchangeAudiences()...), strings.TrimSuffix(q.Get("resource"), "/")):
		return identityError(http.StatusBadRequest, "The resource '%s' is not known.", q.Get("resource"))
	}
	for name := range q {
		if !slices.Contains([]string{"api-version", "resource", "client_id"}, name) {
			return identityError(http.StatusBadRequest, "The parameter '%s' is not served by this simulated tenant.", name)
		}
	}
	return s.identityReply(q.Get("client_id"), strings.TrimSuffix(q.Get("resource"), "/"))
}

func (s *Server) identityReply(clientID, resource string) (*reply, error) {
	known := s.ManagedIdentities()
	if clientID == "" && len(known) > 0 {
		clientID = known[0]
	}
	if !slices.Contains(known, strings.ToLower(clientID)) {
		return identityError(http.StatusBadRequest, "No managed identity was found for the client id '%s'.", clientID)
	}
	token, err := s.tokens.issue(strings.ToLower(clientID), resource, s.permissions())
	if err != nil {
		return nil, err
	}
	expires := s.options.Now().Add(s.options.TokenLifetime).Unix()
	return jsonReply(http.StatusOK, map[string]any{"access_token": token, "expires_on": strconv.FormatInt(expires, 10),
		"resource": resource, "token_type": "Bearer", "client_id": clientID})
}
