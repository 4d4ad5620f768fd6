package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Receipt is what is known of a write that was answered.
type Receipt struct {
	// RequestID is Graph's own, by which its support finds the request.
	RequestID string
}

// write sends a change with a JSON body, nil for none, and returns the body of the answer. A request builder
// forms the request; the body is the caller's, since the SDK's models cannot leave a property out and set
// another to null. Nothing repeats a write but what was refused for its rate.
func (c *Client) write(ctx context.Context, op string, info *abstractions.RequestInformation, body any) ([]byte, Receipt, error) {
	if body != nil {
		content, err := json.Marshal(body)
		if err != nil {
			return nil, Receipt{}, fmt.Errorf("graph: %s: form the body: %w", op, err)
		}
		info.SetStreamContentAndContentType(content, "application/json")
	}
	answer, header, err := c.answer(ctx, op, info)
	return answer, Receipt{RequestID: header.Get("request-id")}, err
}

// Unclear says whether a write that failed may have happened all the same: no answer came, or one that
// decides nothing. What the service refused did not happen.
func Unclear(err error) bool {
	if err == nil {
		return false
	}
	var signIn *SignInError
	var paused *transport.PausedError
	if errors.As(err, &signIn) || errors.As(err, &paused) {
		return false // the write was not sent
	}
	var answered interface{ HTTPStatus() int }
	if errors.As(err, &answered) {
		status := answered.HTTPStatus()
		return status >= http.StatusInternalServerError || status == http.StatusRequestTimeout
	}
	return !errors.Is(err, context.Canceled)
}

// refusedWith says whether Graph refused a request with a status and words that its message holds, in
// whatever case. https://learn.microsoft.com/graph/errors has the codes; many refusals share one.
func refusedWith(err error, status int, words string) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == status &&
		strings.Contains(strings.ToLower(refused.Message), strings.ToLower(words))
}

// Missing says whether Graph knows no object, or no link, that a request named: it cannot be told which
// of the two. A 404 without a code is none of Graph's, but of something in between: it says nothing of objects.
func Missing(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound && refused.Code != ""
}

// Throttled says whether a request was refused because there were too many.
func Throttled(err error) bool { return answeredWith(err, http.StatusTooManyRequests) }

// Invalid says whether Graph refused what a request asks for, whoever asks.
func Invalid(err error) bool { return answeredWith(err, http.StatusBadRequest) }

func answeredWith(err error, status int) bool {
	var answered interface{ HTTPStatus() int }
	return errors.As(err, &answered) && answered.HTTPStatus() == status
}
