package graph

import (
	"context"
	"fmt"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// TokenSource gives out tokens for Graph; azidentity gets, caches and renews them. It is a
// transport.TokenSource.
type TokenSource struct {
	scope string
	// place is who gives the tokens out, for sentences.
	place    string
	tenantID string
	make     func() (azcore.TokenCredential, error)
	// explain makes one sentence of azidentity's error.
	explain func(error, notes) *SignInError
	// anew are claims that go past a cache which a new credential shares with the old one, "" where it
	// shares none.
	anew string

	mu         sync.Mutex
	credential azcore.TokenCredential
}

// Token returns a token that is good now, from azidentity's cache where there is one.
func (t *TokenSource) Token(ctx context.Context) (string, error) { return t.get(ctx, "") }

// Renew returns another token than the refused one: by the claims of the refusal, which go past the
// cache, or without claims through a credential whose cache is empty.
func (t *TokenSource) Renew(ctx context.Context, refused, claims string) (string, error) {
	if claims != "" {
		return t.get(ctx, claims)
	}
	before, err := t.current()
	if err != nil {
		return "", t.unusable(err)
	}
	if token, err := t.get(ctx, ""); err != nil || token != refused {
		return token, err // another goroutine has renewed it already
	}
	t.drop(before)
	return t.get(ctx, t.anew)
}

func (t *TokenSource) get(ctx context.Context, claims string) (string, error) {
	credential, err := t.current()
	if err != nil {
		return "", t.unusable(err)
	}
	var seen notes
	token, err := credential.GetToken(context.WithValue(ctx, notesKey{}, &seen),
		policy.TokenRequestOptions{Scopes: []string{t.scope}, Claims: claims, EnableCAE: true})
	switch {
	case err == nil:
		return token.Token, nil
	case ctx.Err() != nil:
		return "", fmt.Errorf("graph: sign in at %s: %w", t.place, context.Cause(ctx))
	}
	return "", t.explain(err, seen)
}

// drop gives up a credential with its cache, unless another goroutine has put one in its place already.
func (t *TokenSource) drop(old azcore.TokenCredential) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.credential == old {
		t.credential = nil
	}
}

func (t *TokenSource) unusable(err error) error {
	return &SignInError{Authority: t.place, TenantID: t.tenantID, Reason: "the credential cannot be used: " + oneLine(err.Error()), Decided: true}
}

func (t *TokenSource) current() (azcore.TokenCredential, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.credential == nil {
		c, err := t.make()
		if err != nil {
			return nil, err
		}
		t.credential = c
	}
	return t.credential, nil
}
