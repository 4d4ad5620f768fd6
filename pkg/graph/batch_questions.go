package graph

import (
	"context"
	"fmt"
	"slices"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// askAll puts questions in as few batches as they take, and hands on the answer of each. It fails with the gravest
// failure of a batch, and asks no further then.
func askAll[Q any](ctx context.Context, c *Client, op string, questions []Q, form func(Q) (*abstractions.RequestInformation, error), take func(Q, batchAnswer) error) error {
	ctx = transport.ReadOnly(ctx)
	for some := range slices.Chunk(questions, maxBatch) {
		requests := make([]*abstractions.RequestInformation, len(some))
		for i, q := range some {
			var err error
			if requests[i], err = form(q); err != nil {
				return fmt.Errorf("graph: %s: form the request: %w", op, err)
			}
		}
		answers, err := c.directoryBatch(ctx, op, requests)
		for i, a := range answers {
			err = graver(err, take(some[i], a))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// answered returns the rows of one answer of a batch, and of the pages behind it.
func answered[T row](ctx context.Context, c *Client, op string, a batchAnswer) ([]T, error) {
	if err := a.err(op); err != nil {
		return nil, err
	}
	page, err := decodePage[T](a.body)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: %w", op, err)
	}
	rows := page.Items
	for next := page.Next; next != ""; next = page.Next {
		if page, err = list[T](ctx, c, listing{op: op}, next); err != nil {
			return nil, err
		}
		rows = append(rows, page.Items...)
	}
	return rows, nil
}
