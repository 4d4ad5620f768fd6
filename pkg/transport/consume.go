package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// consumeKey marks a context with who reads the answer to its request.
type consumeKey struct{}

// Consume returns a context whose request has the body of an answer of 2xx read by read while it comes in; the answer
// that the caller gets then has none. Read is called once for each try that is answered so, and starts anew each time: only
// where the round trip succeeds is what the last call made of the body good. A body that breaks off or stalls is a failed
// try, as it is without Consume, and so is one that is too large. What the body means is read's own affair: one that is
// whole and makes no sense is not asked for again, whether read takes it to its end or not.
//
// The context is for one request: what the pipeline itself sends for it, a sign-in say, read does not see.
func Consume(ctx context.Context, read func(body io.Reader)) context.Context {
	return context.WithValue(ctx, consumeKey{}, read)
}

// consumer takes who reads the answer out of the context of a request.
func consumer(ctx context.Context) (func(io.Reader), context.Context) {
	read, _ := ctx.Value(consumeKey{}).(func(io.Reader))
	if read == nil {
		return nil, ctx
	}
	return read, context.WithValue(ctx, consumeKey{}, nil)
}

// successful says whether an answer has what was asked for.
func successful(resp *http.Response) bool { return resp.StatusCode >= 200 && resp.StatusCode <= 299 }

var errTooLarge = errors.New("it is too large")

// incoming is the body of an answer while it comes in. It remembers how much came, and what broke it off.
type incoming struct {
	from   io.Reader
	read   int64
	broken error
}

// Read reads on, until the body ends, breaks off or is too large.
func (b *incoming) Read(p []byte) (int, error) {
	if b.broken != nil {
		return 0, b.broken
	}
	n, err := b.from.Read(p)
	b.read += int64(n)
	switch {
	case b.read > maxBody:
		b.broken = errTooLarge
		return n, b.broken
	case err != nil && err != io.EOF:
		b.broken = err
	}
	return n, err
}

// drain has a body read, and reads what that leaves: only then is it known to be whole.
func drain(req *http.Request, body io.Reader, read func(io.Reader)) error {
	in := &incoming{from: body}
	read(in)
	_, _ = io.Copy(io.Discard, in) // incoming remembers the error
	switch {
	case errors.Is(in.broken, errTooLarge):
		return fmt.Errorf("transport: the answer to %s %s is larger than %d bytes", req.Method, req.URL.Path, maxBody)
	case in.broken != nil:
		return fmt.Errorf("transport: the answer to %s %s broke off after %d bytes: %w", req.Method, req.URL.Path, in.read, in.broken)
	}
	return nil
}
