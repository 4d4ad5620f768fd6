package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// maxBatch is how many requests one $batch carries. https://learn.microsoft.com/graph/json-batching
const maxBatch = 20

// batchItem is a request within a $batch.
type batchItem struct {
	ID      string            `json:"id"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    json.RawMessage   `json:"body,omitempty"`
}

// batchAnswer is what came of one request of a $batch. Each is metered and may fail by itself.
type batchAnswer struct {
	status int
	header http.Header
	body   []byte
}

// err is the failure of a request of a $batch, nil for a success. It is what the same request would have
// failed with by itself, but that nothing has repeated it.
func (a batchAnswer) err(op string) error {
	if a.status >= 200 && a.status <= 299 {
		return nil
	}
	return newError(op, &http.Response{StatusCode: a.status, Header: a.header}, a.body)
}

// batch sends up to maxBatch requests as one, and returns their answers in the order of the requests. It
// is an error if one is missing: then nobody knows what came of it. Where the token runs out within a batch that only
// reads, it is sent once more: as a whole it is refused then, which renews the token.
func (c *Client) batch(ctx context.Context, op string, requests []*abstractions.RequestInformation) ([]batchAnswer, error) {
	answers, err := c.batchOnce(ctx, op, requests)
	refused := func(a batchAnswer) bool { return a.status == http.StatusUnauthorized }
	writes := func(r *abstractions.RequestInformation) bool { return r.Method != abstractions.GET }
	if err != nil || !slices.ContainsFunc(answers, refused) || slices.ContainsFunc(requests, writes) {
		return answers, err
	}
	return c.batchOnce(ctx, op, requests)
}

// directoryBatch is batch for what is metered as one: the transport slows down by what each answer says of the quota.
// A mailbox has quotas of its own instead, and says nothing of others.
func (c *Client) directoryBatch(ctx context.Context, op string, requests []*abstractions.RequestInformation) ([]batchAnswer, error) {
	answers, err := c.batch(ctx, op, requests)
	if pipeline, ok := c.http.Transport.(transport.Heeder); ok && err == nil {
		heard := make([]transport.Answer, len(answers))
		for i, a := range answers {
			heard[i] = transport.Answer{Status: a.status, Header: a.header}
		}
		pipeline.Heed(ctx, heard)
	}
	return answers, err
}

func (c *Client) batchOnce(ctx context.Context, op string, requests []*abstractions.RequestInformation) ([]batchAnswer, error) {
	info, err := c.envelope(requests)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: form the batch: %w", op, err)
	}
	body, err := c.send(ctx, op, info)
	if err != nil {
		return nil, err
	}
	answers, err := decodeBatch(body, len(requests))
	if err != nil {
		return nil, fmt.Errorf("graph: %s: the answer to the batch cannot be read: %w", op, err)
	}
	return answers, nil
}

func (c *Client) envelope(requests []*abstractions.RequestInformation) (*abstractions.RequestInformation, error) {
	var envelope struct {
		Requests []batchItem `json:"requests"`
	}
	for i, r := range requests {
		item, err := c.batchItem(i, r)
		if err != nil {
			return nil, err
		}
		envelope.Requests = append(envelope.Requests, item)
	}
	content := &bytes.Buffer{}
	encoder := json.NewEncoder(content)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(envelope); err != nil {
		return nil, err
	}
	u, err := url.Parse(c.adapter.GetBaseUrl() + "/$batch")
	if err != nil {
		return nil, err
	}
	info := abstractions.NewRequestInformation()
	info.Method = abstractions.POST
	info.SetUri(*u)
	info.Headers.TryAdd("Accept", "application/json")
	info.SetStreamContentAndContentType(content.Bytes(), "application/json")
	return info, nil
}

// batchItem turns a request that a builder formed into one of a batch, whose URL is relative to the version.
func (c *Client) batchItem(i int, r *abstractions.RequestInformation) (batchItem, error) {
	u, err := r.GetUri()
	if err != nil {
		return batchItem{}, err
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, "%24", "$") // as Microsoft's examples write it
	relative, within := strings.CutPrefix(u.String(), c.adapter.GetBaseUrl())
	if !within {
		return batchItem{}, fmt.Errorf("%s is not below the version", u.Path)
	}
	item := batchItem{ID: strconv.Itoa(i + 1), Method: r.Method.String(), URL: relative, Headers: map[string]string{}}
	if level := r.Headers.Get("ConsistencyLevel"); len(level) > 0 {
		item.Headers["ConsistencyLevel"] = level[0]
	}
	if len(r.Content) > 0 {
		item.Body, item.Headers["Content-Type"] = r.Content, "application/json"
	}
	return item, nil
}

// decodeBatch takes the answers apart. They come in any order and are told by their ids.
func decodeBatch(body []byte, n int) ([]batchAnswer, error) {
	var raw struct {
		Responses []struct {
			ID      string            `json:"id"`
			Status  int               `json:"status"`
			Headers map[string]string `json:"headers"`
			Body    json.RawMessage   `json:"body"`
		} `json:"responses"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, err
	}
	answers := make([]batchAnswer, n)
	for _, r := range raw.Responses {
		i, err := strconv.Atoi(r.ID)
		switch {
		case err != nil || i < 1 || i > n:
			return nil, fmt.Errorf("it answers a request %q, which was not asked", r.ID)
		case r.Status < 100:
			return nil, fmt.Errorf("request %d has no status", i)
		case answers[i-1].status != 0:
			return nil, fmt.Errorf("request %d is answered twice", i)
		}
		answers[i-1] = batchAnswer{status: r.Status, header: headerOf(r.Headers), body: r.Body}
	}
	if len(raw.Responses) != n {
		return nil, fmt.Errorf("%d requests have %d answers", n, len(raw.Responses))
	}
	return answers, nil
}

func headerOf(values map[string]string) http.Header {
	h := http.Header{}
	for name, value := range values {
		h.Set(name, value)
	}
	return h
}
