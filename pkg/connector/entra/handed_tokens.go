package entra

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/oauth2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// handedTokens are the tokens of a hosted OAuth sign-in: ConductorOne keeps the administrator's consent
// and renews the tokens, the connector only asks for the one that is good now.
type handedTokens struct {
	source oauth2.TokenSource
	// turn has room for one: not every source can be asked by two at once.
	turn chan struct{}
}

func newHandedTokens(source oauth2.TokenSource) *handedTokens {
	return &handedTokens{source: source, turn: make(chan struct{}, 1)}
}

// Token returns a token that is good now; the source has a cache of its own.
func (h *handedTokens) Token(ctx context.Context) (string, error) {
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return "", ended(ctx)
	}
	type answer struct {
		token *oauth2.Token
		err   error
	}
	answers := make(chan answer, 1)
	go func() { // the source knows no context
		defer func() { <-h.turn }()
		token, err := h.source.Token()
		answers <- answer{token, err}
	}()
	select {
	case a := <-answers:
		return usable(a.token, a.err)
	case <-ctx.Done():
		return "", ended(ctx)
	}
}

// Renew asks the source once more. It cannot be told that a token was refused: what it gives may be the
// same, and the refusal then stands.
func (h *handedTokens) Renew(ctx context.Context, _, _ string) (string, error) { return h.Token(ctx) }

func ended(ctx context.Context) error {
	return fmt.Errorf("entra: wait for ConductorOne's token: %w", context.Cause(ctx))
}

func usable(token *oauth2.Token, err error) (string, error) {
	const again = "connect the application again in ConductorOne, with an administrator's consent"
	switch {
	case err == nil && token != nil && token.AccessToken != "":
		return token.AccessToken, nil
	case err == nil:
		return "", &graph.SignInError{Reason: "ConductorOne handed in an empty token: " + again, Decided: true}
	case refused(err):
		return "", &graph.SignInError{Reason: "the sign-in that ConductorOne keeps is no longer good: " + again, Decided: true}
	}
	// The text and the code of err stay out: it can quote an answer, and its code means something else to a sync.
	return "", &graph.SignInError{Reason: "ConductorOne handed in no token. It may pass; if it stays, " + again}
}

// refused says whether asking again would get the same answer.
func refused(err error) bool {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) {
		const throttled = 429
		return answered.Response != nil && answered.Response.StatusCode/100 == 4 && answered.Response.StatusCode != throttled
	}
	switch status.Code(err) { //nolint:exhaustive // the others may pass
	case codes.Unauthenticated, codes.PermissionDenied, codes.NotFound, codes.InvalidArgument, codes.FailedPrecondition:
		return true
	}
	return false
}
