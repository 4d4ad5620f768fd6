// Package exchange is a small client of the API through which Exchange Online is administered. Microsoft
// documents the cmdlets and the PowerShell module that sends them, but not the API that the module calls:
// each request names a cmdlet with its parameters. Graph shows mail-enabled security groups and distribution
// lists and cannot change them; this is for those changes alone.
//
// The package knows nothing of Baton. It repeats nothing: that is the transport's work.
package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Tenant is whose Exchange it is.
type Tenant struct {
	// ID is the tenant's id, a GUID.
	ID string
	// Domain is one of its own, by which requests find the way to the tenant's mailboxes.
	Domain string
}

// Client changes the mail-enabled groups of one tenant. It is safe for concurrent use.
type Client struct {
	base   *url.URL
	http   *http.Client
	tenant func(context.Context) (Tenant, error)
}

// New returns a client of the Exchange at base ("https://outlook.office365.com"), whose requests go through
// the round tripper, which signs them. The tenant is asked for with each request.
func New(base *url.URL, roundTripper http.RoundTripper, tenant func(context.Context) (Tenant, error)) *Client {
	return &Client{base: base, tenant: tenant,
		// Redirects are refused: a token follows no link.
		http: &http.Client{Transport: roundTripper, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// command is a cmdlet with its parameters.
type command struct {
	op         string // what is tried on what, for errors
	name       string
	parameters map[string]any
}

// anchor is the mailbox that leads an application's requests to its tenant.
const anchor = "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@"

// page is what a cmdlet gave.
type page struct {
	// Value is nil where the answer has none.
	Value *[]json.RawMessage `json:"value"`
	Next  string             `json:"@odata.nextLink"`
}

// invoke sends a cmdlet, to the address of its first page where next is "", and reads the answer. One without
// a body is an empty page: what changes something need not say more.
func (c *Client) invoke(ctx context.Context, cmd command, next string) (got page, requestID string, err error) {
	req, err := c.request(ctx, cmd, next)
	if err != nil {
		return page{}, "", fmt.Errorf("exchange: %s: %w", cmd.op, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return page{}, "", fmt.Errorf("exchange: %s: %w", cmd.op, withoutURL(err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return page{}, "", fmt.Errorf("exchange: %s: read the answer: %w", cmd.op, err)
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return page{}, "", newError(cmd.op, resp, body)
	case len(body) == 0:
		return page{}, idOf(resp.Header), nil
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return page{}, "", fmt.Errorf("exchange: %s: the answer cannot be read: %w", cmd.op, err)
	}
	return got, idOf(resp.Header), nil
}

func (c *Client) request(ctx context.Context, cmd command, next string) (*http.Request, error) {
	tenant, err := c.tenant(ctx)
	if err != nil {
		return nil, err
	}
	address := c.base.JoinPath("adminapi", "beta", tenant.ID, "InvokeCommand")
	if next != "" {
		if address, err = c.follow(next); err != nil {
			return nil, err
		}
	}
	body, err := json.Marshal(map[string]any{"CmdletInput": map[string]any{"CmdletName": cmd.name, "Parameters": cmd.parameters}})
	if err != nil {
		return nil, fmt.Errorf("form the body: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("form the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Prefer", "odata.maxpagesize=1000")
	req.Header.Set("X-CmdletName", cmd.name)
	req.Header.Set("X-AnchorMailbox", anchor+tenant.Domain)
	return req, nil
}

// follow reads the link to a next page, which must stay where the client was told to go.
func (c *Client) follow(next string) (*url.URL, error) {
	u, err := url.Parse(next)
	if err != nil {
		return nil, errors.New("the link to the next page is no URL")
	}
	if u.Scheme != c.base.Scheme || !strings.EqualFold(u.Host, c.base.Host) {
		return nil, fmt.Errorf("the link to the next page leads to %s, not to %s: it is not followed", u.Host, c.base.Host)
	}
	return u, nil
}

func idOf(h http.Header) string { return h.Get("request-id") }

// withoutURL takes the URL out of net/http's error: it repeats what op says.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
