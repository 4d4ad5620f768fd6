package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// consumed sends a request whose answer is read by read, and returns what each call of it saw.
func consumed(rt http.RoundTripper, req *http.Request, read func(io.Reader) string) (resp *http.Response, seen []string, err error) {
	ctx := Consume(req.Context(), func(body io.Reader) { seen = append(seen, read(body)) })
	resp, err = newRetry(rt, newClock()).RoundTrip(req.WithContext(ctx))
	return resp, seen, err
}

func all(body io.Reader) string {
	b, _ := io.ReadAll(body)
	return string(b)
}

func TestConsume_StartsAnewWithEachTry(t *testing.T) {
	rt := inTurn(status(503), cutOff, dropped, status(200))
	resp, seen, err := consumed(rt, request(t, "GET", ""), all)
	if err != nil || rt.count() != 4 || len(seen) != 2 || seen[0] != `{"value":[` || seen[1] != "OK" {
		t.Fatalf("read %q, %v after %d tries", seen, err, rt.count())
	}
	if bodyOf(t, resp) != "" {
		t.Error("the body came twice")
	}
}

func TestConsume_LeavesARefusalToTheCaller(t *testing.T) {
	resp, seen, err := consumed(inTurn(status(404)), request(t, "GET", ""), all)
	if err != nil || len(seen) != 0 || bodyOf(t, resp) != "Not Found" {
		t.Errorf("read %q, %v", seen, err)
	}
}

// TestConsume_KnowsABrokenBodyThatNobodyReadToItsEnd has a reader that stops early: whether the answer is whole is
// known all the same, and one that is whole is not asked for again.
func TestConsume_KnowsABrokenBodyThatNobodyReadToItsEnd(t *testing.T) {
	nothing := func(io.Reader) string { return "" }
	rt := inTurn(cutOff, status(200))
	if _, seen, err := consumed(rt, request(t, "GET", ""), nothing); err != nil || rt.count() != 2 || len(seen) != 2 {
		t.Errorf("read %d times, %v after %d tries", len(seen), err, rt.count())
	}
	rt = inTurn(cutOff)
	_, _, err := consumed(rt, request(t, "POST", ""), nothing)
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "POST /v1.0/users broke off after 10 bytes") || rt.count() != 1 {
		t.Errorf("got %v after %d tries", err, rt.count())
	}
}

// TestConsume_IsForOneRequest has what stands below send the context of the request on.
func TestConsume_IsForOneRequest(t *testing.T) {
	var below context.Context
	rt := &fakeRoundTripper{answer: func(_ int, req *http.Request) (*http.Response, error) {
		below = req.Context()
		return reply(200), nil
	}}
	if _, _, err := consumed(rt, request(t, "GET", ""), all); err != nil {
		t.Fatal(err)
	}
	if read, _ := consumer(below); read != nil {
		t.Error("what the pipeline sends itself would be read as the answer")
	}
}

func TestDrain_RefusesWhatIsTooLarge(t *testing.T) {
	in := &incoming{from: strings.NewReader("more"), read: maxBody - 3}
	if n, err := in.Read(make([]byte, 8)); n != 4 || !errors.Is(err, errTooLarge) {
		t.Errorf("got %d bytes, %v", n, err)
	}
	if _, err := in.Read(make([]byte, 8)); !errors.Is(err, errTooLarge) {
		t.Errorf("the next read: %v", err)
	}
}
