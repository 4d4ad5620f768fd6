package transport

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		value string
		want  time.Duration
	}{
		{"", 0},
		{"10", 10 * time.Second},
		{" 10 ", 10 * time.Second},
		{"0", 0},
		{"0.9", 900 * time.Millisecond},
		{"1.00001", 1001 * time.Millisecond},
		{"-1", 0},
		{"NaN", 0},
		{"-Inf", 0},
		{"Inf", 24 * time.Hour},
		{"1e18", 24 * time.Hour},
		{"86401", 24 * time.Hour},
		{"ten", 0},
		{"10s", 0},
		{"Sun, 01 Mar 2026 12:00:30 GMT", 30 * time.Second},
		{"Sunday, 01-Mar-26 12:00:30 GMT", 30 * time.Second},
		{"Sun Mar  1 12:00:30 2026", 30 * time.Second},
		{"Sun, 01 Mar 2026 11:59:59 GMT", 0},
		{"Fri, 31 Dec 9999 23:59:59 GMT", 24 * time.Hour},
	} {
		h := http.Header{}
		h.Set("Retry-After", c.value)
		if got := RetryAfter(h, now); got != c.want {
			t.Errorf("Retry-After %q: %v, want %v", c.value, got, c.want)
		}
	}
	if got := RetryAfter(http.Header{}, now); got != 0 {
		t.Errorf("no header: %v", got)
	}
}

// A date is the service's, and so is the time of the answer, however far the two clocks are apart.
func TestRetryAfter_ADateGoesByTheClockOfTheService(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		off  time.Duration
		date func(time.Time) string
		want time.Duration
	}{
		{10 * time.Minute, func(at time.Time) string { return at.Format(http.TimeFormat) }, 30 * time.Second},
		{-10 * time.Minute, func(at time.Time) string { return at.Format(http.TimeFormat) }, 30 * time.Second},
		{0, func(time.Time) string { return "yesterday" }, 30 * time.Second},
	} {
		there := now.Add(c.off)
		h := http.Header{"Date": {c.date(there)}, "Retry-After": {there.Add(30 * time.Second).Format(http.TimeFormat)}}
		if got := RetryAfter(h, now); got != c.want {
			t.Errorf("a clock that is %v off: %v, want %v", c.off, got, c.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "1", "0.9", "1e400", "-0", "0x1p-3", "Sun, 01 Mar 2026 12:00:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "NaN"} {
		f.Add(seed)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		got := RetryAfter(http.Header{"Retry-After": {value}}, now)
		if got < 0 || got > maxRetryAfter {
			t.Errorf("Retry-After %q: %v is not between 0 and %v", value, got, maxRetryAfter)
		}
	})
}
