package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// errDropped stands for a connection that broke before an answer came.
var errDropped = errors.New("connection reset by peer")

// fakeRoundTripper answers with its function, which learns how often it was called before.
type fakeRoundTripper struct {
	answer func(n int, req *http.Request) (*http.Response, error)

	mu       sync.Mutex
	requests []*http.Request
}

func (f *fakeRoundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	f.mu.Lock()
	n := len(f.requests)
	f.requests = append(f.requests, req)
	f.mu.Unlock()
	return f.answer(n, req)
}

func (f *fakeRoundTripper) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.requests)
}

// inTurn gives one answer after the other and repeats the last.
func inTurn(steps ...func() (*http.Response, error)) *fakeRoundTripper {
	return &fakeRoundTripper{answer: func(n int, _ *http.Request) (*http.Response, error) {
		return steps[min(n, len(steps)-1)]()
	}}
}

func status(code int, header ...string) func() (*http.Response, error) {
	return func() (*http.Response, error) { return reply(code, header...), nil }
}

func dropped() (*http.Response, error) { return nil, errDropped }

// cutOff is an answer whose body ends before its length.
func cutOff() (*http.Response, error) {
	resp := reply(http.StatusOK)
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"value":[`), failingReader{io.ErrUnexpectedEOF}))
	return resp, nil
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// reply is an answer with headers given as name and value in turn. Its body is the status text.
func reply(code int, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(http.StatusText(code)))}
}

// pass lets some of the time of testing/synctest go by.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	if err := (SystemClock{}).Sleep(t.Context(), d); err != nil {
		t.Error(err)
	}
}

// fakeClock moves only when somebody sleeps, and then at once.
type fakeClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
	// during is called at the start of each sleep.
	during func()
}

func newClock() *fakeClock { return &fakeClock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	if c.during != nil {
		c.during()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return nil
}

func (c *fakeClock) total() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var sum time.Duration
	for _, d := range c.slept {
		sum += d
	}
	return sum
}

// fakeTokens counts what it is asked for; nil functions give "first" and "second".
type fakeTokens struct {
	token func() (string, error)
	renew func(refused, claims string) (string, error)

	mu       sync.Mutex
	asked    int
	renewals []string // the claims of each
}

func (f *fakeTokens) Token(context.Context) (string, error) {
	f.mu.Lock()
	f.asked++
	f.mu.Unlock()
	if f.token == nil {
		return "first", nil
	}
	return f.token()
}

func (f *fakeTokens) Renew(_ context.Context, refused, claims string) (string, error) {
	f.mu.Lock()
	f.renewals = append(f.renewals, claims)
	f.mu.Unlock()
	if f.renew == nil {
		return "second", nil
	}
	return f.renew(refused, claims)
}

// request is one to the host that all tests of the package are configured with. A body comes as
// net/http makes it, ready to be sent again.
func request(t testing.TB, method, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, "https://graph.example.com/v1.0/users?$filter=secret", r)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func bodyOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("read the body: %v", err)
	}
	return string(b)
}
