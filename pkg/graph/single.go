package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// single reads one object. The error is that of forming the request, which every builder may have.
func single[T row](ctx context.Context, c *Client, op string, info *abstractions.RequestInformation, err error) (T, error) {
	var object, none T
	if err != nil {
		return none, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	body, err := c.send(ctx, op, info)
	if err != nil {
		return none, err
	}
	return object, decodeObject(op, body, &object)
}

// decodeObject reads an object out of an answer. One without an id is none.
func decodeObject[T row](op string, body []byte, object *T) error {
	if err := json.Unmarshal(body, object); err != nil {
		return fmt.Errorf("graph: %s: the answer cannot be read: %w", op, err)
	}
	if (*object).rowID() == "" {
		return fmt.Errorf("graph: %s: %w", op, errors.New("the answer has no id"))
	}
	return nil
}

// emptyBody makes one of the SDK's models for a request builder that asks for a body: write puts the real
// one in its place. Making a model reads variables of the SDK that making a client writes.
func emptyBody[T any](model func() T) T {
	setUp.Lock()
	defer setUp.Unlock()
	return model()
}

// change is write for answers that nobody needs: Graph's are empty or JSON. Another is that of something in
// between, like the sign-in page of a proxy, and decides nothing.
func (c *Client) change(ctx context.Context, op string, info *abstractions.RequestInformation, err error, body any) (Receipt, error) {
	if err != nil {
		return Receipt{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	answer, receipt, err := c.write(ctx, op, info, body)
	if err == nil && len(answer) > 0 && !json.Valid(answer) {
		err = fmt.Errorf("graph: %s: the answer is not one of Graph", op)
	}
	return receipt, err
}
