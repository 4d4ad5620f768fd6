// Package graph is a small client of Microsoft Graph v1.0 for directory data. Microsoft's own SDK forms
// every request, with its request builders and typed query parameters, but the round trip is the
// caller's pipeline and bodies are decoded into the small structs of this package, as they come in: the SDK's
// models cost some thirty times the time and the allocations on a page of users.
//
// The package knows nothing of Baton. It repeats nothing: that is the transport's work.
package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/authentication"
	"github.com/microsoft/kiota-abstractions-go/store"
	msgraphsdk "github.com/microsoftgraph/msgraph-sdk-go"

	"github.com/conductorone/baton-microsoft-entra/pkg/readahead"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Client reads and writes one tenant. It is safe for concurrent use.
type Client struct {
	sdk     *msgraphsdk.GraphServiceClient
	adapter *msgraphsdk.GraphRequestAdapter
	http    *http.Client
	base    *url.URL
	ahead   readahead.Pages
}

// setUp lets one client be made at a time: the SDK writes variables of its own while it makes an adapter.
var setUp sync.Mutex //nolint:gochecknoglobals // it guards globals of the SDK

// New returns a client of the Graph at base ("https://graph.microsoft.com", without a version), whose
// requests go through the round tripper, which signs them.
func New(base *url.URL, roundTripper http.RoundTripper) (*Client, error) {
	// Redirects are refused: Graph answers none to these requests, and a token follows no link.
	httpClient := &http.Client{Transport: roundTripper, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	// The adapter only forms requests. Signing happens in the pipeline, after pacing, so that a token
	// is never older than the wait before it.
	setUp.Lock()
	defer setUp.Unlock()
	adapter, err := msgraphsdk.NewGraphRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		&authentication.AnonymousAuthenticationProvider{}, nil, nil, httpClient)
	if err != nil {
		return nil, fmt.Errorf("graph: set up the request adapter: %w", err)
	}
	// The builders copy the base URL when the service client is made, and never look again.
	adapter.SetBaseUrl(base.String() + "/v1.0")
	return &Client{sdk: msgraphsdk.NewGraphServiceClient(requestFormer{adapter}), adapter: adapter, http: httpClient, base: base}, nil
}

// Close ends the requests that were sent ahead of time for syncs, and waits for their end or that of the context. The
// client can be used on: it reads nothing ahead any more.
func (c *Client) Close(ctx context.Context) error {
	if err := c.ahead.Close(ctx); err != nil {
		return fmt.Errorf("graph: end the requests that were sent ahead: %w", err)
	}
	return nil
}

// requestFormer is the adapter as the request builders see it.
type requestFormer struct {
	*msgraphsdk.GraphRequestAdapter
}

// EnableBackingStore keeps the SDK's default, which it would only set once more: in a variable that every model
// reads when it is made.
func (requestFormer) EnableBackingStore(store.BackingStoreFactory) {}

// send does the round trip of a request that a builder formed and returns the body of a 2xx answer.
// Anything else is an error: *Error for an answer, else what the transport reports.
func (c *Client) send(ctx context.Context, op string, info *abstractions.RequestInformation) ([]byte, error) {
	body, _, err := c.answer(ctx, op, info)
	return body, err
}

// answer is send that also returns the headers of the answer.
func (c *Client) answer(ctx context.Context, op string, info *abstractions.RequestInformation) ([]byte, http.Header, error) {
	var body []byte
	header, err := c.exchange(ctx, op, info, func(r io.Reader) (err error) {
		body, err = io.ReadAll(r)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return body, header, nil
}

// exchange is send that has the body read by read as it comes in, and returns the headers. Read is called anew for each
// try that is answered with 2xx, and what it says of the last decides.
func (c *Client) exchange(ctx context.Context, op string, info *abstractions.RequestInformation, read func(io.Reader) error) (http.Header, error) {
	var taken bool
	var unread error
	take := func(body io.Reader) { taken, unread = true, read(body) }
	req, err := c.native(transport.Consume(ctx, take), info)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: %w", op, withoutURL(err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, readError(op, resp)
	}
	if !taken {
		take(resp.Body) // what is below repeats nothing, and reads nothing
	}
	if unread != nil {
		return nil, fmt.Errorf("graph: %s: %w", op, unread)
	}
	return resp.Header, nil
}

func readError(op string, resp *http.Response) error {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("graph: %s: read the answer: %w", op, err)
	}
	return newError(op, resp, body)
}

func (c *Client) native(ctx context.Context, info *abstractions.RequestInformation) (*http.Request, error) {
	native, err := c.adapter.ConvertToNativeRequest(ctx, info)
	if err != nil {
		return nil, err
	}
	req, ok := native.(*http.Request)
	if !ok {
		return nil, fmt.Errorf("the adapter formed a %T", native)
	}
	if content := info.Content; len(content) > 0 {
		// The adapter sets neither, and a body without them goes chunked and cannot be sent twice.
		req.ContentLength = int64(len(content))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	}
	return req, nil
}

// withoutURL takes the URL out of net/http's error: it repeats what op says, and its query can hold names.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// sameHost says whether a link of the service stays where the client was told to go.
func (c *Client) sameHost(link *url.URL) bool {
	return link.Scheme == c.base.Scheme && strings.EqualFold(link.Host, c.base.Host)
}
