package entra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/oauth2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// source is a token source of one answer.
type source func() (*oauth2.Token, error)

func (f source) Token() (*oauth2.Token, error) { return f() }

func TestHandedTokens_AreExplained(t *testing.T) {
	const canary = "canary~token"
	for name, c := range map[string]struct {
		token *oauth2.Token
		err   error
		code  codes.Code
		says  string
	}{
		"nothing":        {nil, nil, codes.Unauthenticated, "empty token"},
		"an empty token": {&oauth2.Token{}, nil, codes.Unauthenticated, "empty token"},
		"revoked":        {nil, &oauth2.RetrieveError{Response: &http.Response{StatusCode: 400}, ErrorCode: "invalid_grant", Body: []byte(canary)}, codes.Unauthenticated, "no longer good"},
		"throttled":      {nil, &oauth2.RetrieveError{Response: &http.Response{StatusCode: 429}, Body: []byte(canary)}, codes.Unavailable, "may pass"},
		"not found":      {nil, fmt.Errorf("get: %w", status.Error(codes.NotFound, canary)), codes.Unauthenticated, "no longer good"},
		"exhausted":      {nil, status.Error(codes.ResourceExhausted, canary), codes.Unavailable, "may pass"},
		"the network":    {nil, errors.New("no route to " + canary), codes.Unavailable, "may pass"},
	} {
		_, err := newHandedTokens(source(func() (*oauth2.Token, error) { return c.token, c.err })).Token(t.Context())
		if got := connector.Status(err); status.Code(got) != c.code || !strings.Contains(got.Error(), c.says) || strings.Contains(got.Error(), canary) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestHandedTokens_EndWithTheContext(t *testing.T) {
	release := make(chan struct{})
	h := newHandedTokens(source(func() (*oauth2.Token, error) { <-release; return &oauth2.Token{AccessToken: "x"}, nil }))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 { // the first waits for its answer, the second for its turn
		if _, err := h.Token(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	close(release)
	if token, err := h.Renew(t.Context(), "old", ""); token != "x" || err != nil {
		t.Errorf("got %q, %v", token, err)
	}
}
