package transport

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// serve starts a TLS server and returns a configuration for it.
func serve(t *testing.T, handler http.HandlerFunc) Config {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return Config{Base: server.Client().Transport, Host: strings.TrimPrefix(server.URL, "https://"), Tokens: &fakeTokens{},
		UserAgent: "baton-test/1", Clock: newClock()}
}

func get(t *testing.T, c Config) (*http.Response, error) {
	t.Helper()
	req := request(t, "GET", "")
	req.URL.Host, req.Host = c.Host, c.Host
	return New(c).RoundTrip(req)
}

func TestNew_StallsOfABodyEndWithTheTry(t *testing.T) {
	var tries atomic.Int64
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if tries.Add(1) > 1 {
			_, _ = w.Write([]byte("whole"))
			return
		}
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("half"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	c.TryTimeout = 2 * time.Second // a handshake on a busy machine takes a while
	resp, err := get(t, c)
	if err != nil || bodyOf(t, resp) != "whole" || tries.Load() < 2 {
		t.Errorf("got %v, %v after %d tries", resp, err, tries.Load())
	}
}

func TestNew_AStallOfEveryTryIsADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := &fakeRoundTripper{answer: func(_ int, req *http.Request) (*http.Response, error) {
			resp := reply(200)
			resp.Body = io.NopCloser(stalled{req.Context()})
			return resp, nil
		}}
		start := time.Now()
		c := Config{Base: rt, Host: "graph.example.com", Tokens: &fakeTokens{}, Clock: newClock(), MaxTries: 2, TryTimeout: time.Minute}
		resp, err := New(c).RoundTrip(request(t, "GET", ""))
		if !errors.Is(err, context.DeadlineExceeded) || resp != nil || rt.count() != 2 || time.Since(start) != 2*time.Minute {
			t.Errorf("got %v, %v after %d tries and %v", resp, err, rt.count(), time.Since(start))
		}
	})
}

// stalled is a body that never comes, as net/http gives it: reading ends with the request's context.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func TestNew_RepeatsAShortBody(t *testing.T) {
	var tries atomic.Int64
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		if tries.Add(1) > 2 {
			_, _ = w.Write([]byte("0123456789"))
			return
		}
		_, _ = w.Write([]byte("01234"))
	})
	resp, err := get(t, c)
	if err != nil || bodyOf(t, resp) != "0123456789" || tries.Load() != 3 {
		t.Errorf("got %v, %v after %d tries", resp, err, tries.Load())
	}
}

func TestNew_SignsEachTryAfterItsWait(t *testing.T) {
	clock := newClock()
	var signedAt, sentAt []time.Duration
	start := clock.Now()
	tokens := &fakeTokens{token: func() (string, error) {
		signedAt = append(signedAt, clock.Now().Sub(start))
		return "fresh", nil
	}}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sentAt = append(sentAt, clock.Now().Sub(start))
		if r.Header.Get("User-Agent") != "baton-test/1" || r.Header.Get("Authorization") != "Bearer fresh" {
			t.Errorf("sent with %v", r.Header)
		}
		if len(sentAt) == 1 {
			w.Header().Set("Retry-After", "4")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	c.Clock, c.Tokens = clock, tokens
	if resp, err := get(t, c); err != nil || resp.StatusCode != 200 {
		t.Fatalf("got %v, %v", resp, err)
	}
	if len(signedAt) != 2 || signedAt[1] != 4*time.Second || sentAt[1] != 4*time.Second {
		t.Errorf("signed after %v, sent after %v", signedAt, sentAt)
	}
}

func TestNew_A429TooLongToWaitOutComesBackAndThenPauses(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	rt := New(c)
	send := func() (*http.Response, error) {
		req := request(t, "GET", "")
		req.URL.Host = c.Host
		return rt.RoundTrip(req)
	}
	if resp, err := send(); err != nil || resp.StatusCode != 429 {
		t.Fatalf("got %v, %v", resp, err)
	}
	var paused *PausedError
	if _, err := send(); !errors.As(err, &paused) {
		t.Errorf("got %v, want a PausedError", err)
	}
}

func TestNew_HasTheDefaultsThatItNames(t *testing.T) {
	c := Config{}.withDefaults()
	if c.Concurrency != 16 || c.MaxTries != 4 || c.MaxWait != 20*time.Second || c.TryTimeout != 100*time.Second || c.Base == nil || c.Trace == nil {
		t.Errorf("got %+v", c)
	}
	if _, ok := c.Clock.(SystemClock); !ok {
		t.Errorf("the clock is a %T", c.Clock)
	}
}

func TestNewBase_DoesNotTellAProxySettingThatItCannotRead(t *testing.T) {
	base := NewBase()
	base.Proxy = discreet(func(*http.Request) (*url.URL, error) {
		return nil, errors.New(`invalid proxy address "http://me:hunter%2@proxy"`)
	})
	_, err := base.RoundTrip(request(t, "GET", ""))
	var op *net.OpError
	if err == nil || strings.Contains(err.Error(), "hunter") || !strings.Contains(err.Error(), "HTTPS_PROXY is not an address") || !errors.As(err, &op) {
		t.Errorf("got %v", err)
	}
	want := &url.URL{Scheme: "http", Host: "proxy:3128"}
	if got, err := discreet(http.ProxyURL(want))(nil); got != want || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestSystemClock_SleepEndsWithTheContext(t *testing.T) {
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	if err := (SystemClock{}).Sleep(ctx, time.Hour); !errors.Is(err, stopped) {
		t.Errorf("got %v", err)
	}
	if err := (SystemClock{}).Sleep(t.Context(), time.Nanosecond); err != nil {
		t.Errorf("got %v", err)
	}
}
