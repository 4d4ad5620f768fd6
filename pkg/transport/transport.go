// Package transport is the round trip of every HTTP client of the project: RoundTrippers that do one
// thing each and stack in one visible place, New. It knows no vendor: hosts, tokens and clocks are
// handed in.
//
// A request passes Retry, the Pace of its Lane, the bound of a try, Auth and Trace on its way out, so each try takes
// its turn, is signed afresh and is seen by the trace.
package transport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Config holds what the pipeline is made of. Zero fields get the defaults named beside them.
type Config struct {
	// Base carries the requests; http.DefaultTransport's settings when nil.
	Base http.RoundTripper
	// Host is the only host, with its port, that a token is ever sent to. Required.
	Host string
	// Tokens signs the requests. Required.
	Tokens TokenSource
	// UserAgent is sent with each request.
	UserAgent string
	// Concurrency is how many requests may be under way at once, those of Lanes aside, until the service has
	// objected or let the number grow; 16.
	Concurrency int
	// MaxConcurrency is what that number may grow to; Concurrency.
	MaxConcurrency int
	// Lanes are the parts of the service with limits of their own.
	Lanes []Lane
	// MaxTries is how often one request is sent at the most; 4. A refusal for the rate (429) that says when to
	// come back does not count: how many of those it bears is a matter of MaxWait.
	MaxTries int
	// MaxWait is the longest that one call waits between its tries, all waits added up, and the longest pause that it
	// waits out; 20 s. Longer waits are the caller's: it gets the last answer, or a *PausedError. Waits for a turn come on
	// top, and end with the context as all do.
	MaxWait time.Duration
	// TryTimeout bounds one try, from when it leaves to the end of its answer; 100 s.
	TryTimeout time.Duration
	// Clock tells the time and waits; the machine's own when nil.
	Clock Clock
	// Trace is told of each round trip. It may be called from several goroutines at once.
	Trace func(context.Context, Exchange)
	// Metered is told what requests within a request have cost, in resource units; see Heeder. It may be called
	// from several goroutines at once.
	Metered func(context.Context, float64)
	// Waited is told of each wait that throttling made necessary: after a 429 or 503, in a pause, for a turn in a
	// lane, and for one where the service's objections have left fewer than Concurrency. Waits side by side count
	// one by one. It may be called from several goroutines at once.
	Waited func(time.Duration)
}

// New stacks the pipeline. It is a Heeder.
func New(c Config) http.RoundTripper {
	c = c.withDefaults()
	var rt http.RoundTripper = &tracer{next: c.Base, clock: c.Clock, report: c.Trace}
	rt = &signer{next: rt, host: c.Host, tokens: c.Tokens, userAgent: c.UserAgent}
	rt = &bounded{next: rt, timeout: c.TryTimeout}
	lanes := newLanes(rt, c)
	return &pipeline{lanes: lanes, metered: c.Metered,
		retry: &retry{next: lanes, clock: c.Clock, maxTries: c.MaxTries, maxWait: c.MaxWait, waited: c.Waited}}
}

func (c Config) withDefaults() Config {
	if c.Base == nil {
		c.Base = NewBase()
	}
	if c.Concurrency == 0 {
		c.Concurrency = 16
	}
	c.MaxConcurrency = max(c.MaxConcurrency, c.Concurrency)
	if c.MaxTries == 0 {
		c.MaxTries = 4
	}
	if c.MaxWait == 0 {
		c.MaxWait = 20 * time.Second
	}
	if c.TryTimeout == 0 {
		c.TryTimeout = 100 * time.Second
	}
	if c.Clock == nil {
		c.Clock = SystemClock{}
	}
	if c.Trace == nil {
		c.Trace = func(context.Context, Exchange) {}
	}
	if c.Metered == nil {
		c.Metered = func(context.Context, float64) {}
	}
	if c.Waited == nil {
		c.Waited = func(time.Duration) {}
	}
	return c
}

// NewBase returns the transport that talks to the network: the proxy and the roots of the environment
// (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR).
func NewBase() *http.Transport {
	t := &http.Transport{}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		t = standard.Clone()
	}
	t.MaxIdleConnsPerHost = 32
	t.Proxy = discreet(t.Proxy)
	return t
}

// discreet keeps a proxy setting that cannot be read out of the error that says so: a password may stand in it.
func discreet(proxy func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(req *http.Request) (*url.URL, error) {
		u, err := proxy(req)
		if err != nil {
			return nil, &net.OpError{Op: "proxyconnect", Net: "tcp", Err: errors.New("HTTPS_PROXY is not an address: " +
				"it has the form http://host:port, and what is special in a name or password before the host is written as %XX")}
		}
		return u, nil
	}
}
