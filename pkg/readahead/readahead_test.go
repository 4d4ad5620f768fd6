package readahead

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestRead_AsksForEachPageOnceAndInTheMeantime(t *testing.T) {
	for name, c := range map[string]struct{ takes, work, want time.Duration }{
		"the work takes longer":    {time.Second, 2 * time.Second, 21 * time.Second},
		"the service takes longer": {2 * time.Second, time.Second, 21 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
				l, start := &list{pages: 10, takes: c.takes}, time.Now()
				if err := l.walk(ctx, p, c.work); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took != c.want {
					t.Errorf("took %v, want %v", took, c.want)
				}
				l.asked["0"] = l.asked[""]
				for n := range l.pages {
					if link := strconv.Itoa(n); l.asked[link] != 1 {
						t.Errorf("page %s was asked for %d times", link, l.asked[link])
					}
				}
				if len(p.pages) != 0 {
					t.Errorf("%d pages are left", len(p.pages))
				}
			})
		})
	}
}

func TestRead_IsNoMoreThanTwoPagesAhead(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 10}
		for n, link := range []string{"", "1", "2"} {
			if _, err := Read(ctx, p, link, l.read); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if got := len(l.asked); got != n+3 {
				t.Errorf("with page %d handed out %d were asked for: %v", n, got, slices.Sorted(maps.Keys(l.asked)))
			}
		}
	})
}

func TestRead_OutsideASyncReadsNothingAhead(t *testing.T) {
	bubble(t, func(t *testing.T, _ context.Context, p *Pages) {
		l := &list{pages: 3}
		if got, err := Read(context.Background(), p, "", l.read); got != "" || err != nil || len(p.pages) != 0 {
			t.Errorf("got %q, %v, %d pages ahead", got, err, len(p.pages))
		}
		synctest.Wait()
		if len(l.asked) != 1 {
			t.Errorf("asked for %v", l.asked)
		}
	})
}

// TestRead_AFailureAheadHasNotHappened fails each page the first time that it is asked for ahead.
func TestRead_AFailureAheadHasNotHappened(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 5, takes: time.Second}
		l.fails = func(_ context.Context, link string, times int) error {
			if link != "" && times == 1 {
				return errors.New("the service is busy")
			}
			return nil
		}
		if err := l.walk(ctx, p, time.Minute/2); err != nil {
			t.Error(err)
		}
	})
}

func TestRead_HandsOutTheFailureOfItsOwnRequestAlone(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 3}
		l.fails = func(_ context.Context, link string, times int) error {
			if link == "1" {
				return fmt.Errorf("request %d", times)
			}
			return nil
		}
		if _, err := Read(ctx, p, "", l.read); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(ctx, p, "1", l.read); err == nil || err.Error() != "request 2" || got != "" {
			t.Errorf("got %q, %v", got, err)
		}
		if n := l.times("2"); n != 0 {
			t.Errorf("the page behind one that failed was asked for %d times", n)
		}
	})
}

// TestRead_APageThatIsWantedAgainIsReadAgain is what the SDK does where a page was handed out and then failed: the page is
// gone, and those behind it are not.
func TestRead_APageThatIsWantedAgainIsReadAgain(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 4}
		for _, link := range []string{"", "1", "1", "1", "2", "3"} {
			if got, err := Read(ctx, p, link, l.read); err != nil || got != link {
				t.Fatalf("page %q: got %q, %v", link, got, err)
			}
			synctest.Wait()
		}
		if want := map[string]int{"": 1, "1": 3, "2": 1, "3": 1}; !maps.Equal(l.asked, want) {
			t.Errorf("asked for %v, want %v", l.asked, want)
		}
	})
}
