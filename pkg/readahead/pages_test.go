package readahead

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestRead_DropsAPageAfterAMinute(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 2}
		if err := l.walk(ctx, p, lifetime-time.Nanosecond); err != nil || l.asked["1"] != 1 {
			t.Errorf("just within its time: asked for %d times, %v", l.asked["1"], err)
		}
		l = &list{pages: 2}
		if err := l.walk(ctx, p, lifetime+time.Nanosecond); err != nil || l.asked["1"] != 2 {
			t.Errorf("after its time: asked for %d times, %v", l.asked["1"], err)
		}
		if len(p.pages) != 0 {
			t.Errorf("%d pages are left", len(p.pages))
		}
	})
}

// TestRead_WaitsNoLongerForAPageThanItIsKept has a request that hangs: it ends, and the page is asked for once more.
func TestRead_WaitsNoLongerForAPageThanItIsKept(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l, start := &list{pages: 2}, time.Now()
		l.fails = func(ctx context.Context, link string, times int) error {
			if link == "1" && times == 1 {
				<-ctx.Done()
			}
			return ctx.Err()
		}
		if err := l.walk(ctx, p, 0); err != nil || time.Since(start) != lifetime || l.asked["1"] != 2 {
			t.Errorf("%v after %v, asked for %d times", err, time.Since(start), l.asked["1"])
		}
	})
}

type valueKey struct{}

// TestRead_AheadKeepsTheValuesOfTheCallAndNotItsEnd ends each call once its page is there, as a server does.
func TestRead_AheadKeepsTheValuesOfTheCallAndNotItsEnd(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 5, takes: time.Second}
		l.fails = func(ctx context.Context, _ string, _ int) error {
			if ctx.Value(valueKey{}) != "summary" {
				return errors.New("the values are lost")
			}
			return nil
		}
		for _, link := range []string{"", "1", "2", "3", "4"} {
			call, end := context.WithCancel(context.WithValue(ctx, valueKey{}, "summary"))
			if _, err := Read(call, p, link, l.read); err != nil {
				t.Fatal(err)
			}
			end()
		}
		for link, n := range l.asked {
			if n != 1 {
				t.Errorf("page %q was asked for %d times", link, n)
			}
		}
	})
}

func TestRead_EndsWithItsContextWhileThePageIsUnderWay(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 3, takes: 10 * time.Second}
		if _, err := Read(ctx, p, "", l.read); err != nil {
			t.Fatal(err)
		}
		call, end := context.WithTimeout(ctx, time.Second)
		defer end()
		start := time.Now()
		if _, err := Read(call, p, "1", l.read); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		<-time.After(time.Minute / 2)
		before := l.times("1")
		if got, err := Read(ctx, p, "1", l.read); got != "1" || err != nil || l.times("1") != before {
			t.Errorf("the page that came meanwhile: got %q, %v, asked for %d times more", got, err, l.times("1")-before)
		}
	})
}

func TestRead_GivesNothingOfOneSyncToAnother(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 2}
		for _, c := range []context.Context{ctx, Sync(ctx, "another")} {
			if err := l.walk(c, p, time.Second); err != nil {
				t.Fatal(err)
			}
		}
		if l.asked["1"] != 2 {
			t.Errorf("asked for %v", l.asked)
		}
	})
}

func TestRead_HoldsNoMorePagesThanItsBound(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l := &list{pages: 1000}
		for n := range 40 {
			if _, err := Read(ctx, p, strconv.Itoa(n*20), l.read); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if len(p.pages) > overall {
				t.Fatalf("%d pages are held", len(p.pages))
			}
		}
		if len(p.pages) != overall {
			t.Errorf("%d pages are held, want %d", len(p.pages), overall)
		}
		if got, err := Read(ctx, p, "781", l.read); got != "781" || err != nil {
			t.Errorf("a page beyond the bound: got %q, %v", got, err)
		}
	})
}

func TestClose_EndsWhatIsUnderWayAndReadsNothingAheadAnyMore(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		l, start := &list{pages: 3, takes: time.Second}, time.Now()
		if _, err := Read(ctx, p, "", l.read); err != nil {
			t.Fatal(err)
		}
		if err := p.Close(ctx); err != nil || time.Since(start) != time.Second || l.under != 0 {
			t.Errorf("%v after %v, with %d requests under way", err, time.Since(start), l.under)
		}
		if got, err := Read(ctx, p, "1", l.read); got != "1" || err != nil {
			t.Errorf("a page after the end: got %q, %v", got, err)
		}
		synctest.Wait()
		if len(p.pages) != 0 || l.times("2") != 0 {
			t.Errorf("%d pages ahead after the end", len(p.pages))
		}
	})
}

func TestClose_WaitsNoLongerThanItsContext(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		release := make(chan struct{})
		l := &list{pages: 2}
		l.fails = func(_ context.Context, link string, _ int) error {
			if link == "1" {
				<-release // whatever becomes of the context
			}
			return nil
		}
		if _, err := Read(ctx, p, "", l.read); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		short, end := context.WithTimeout(ctx, time.Second)
		defer end()
		if err := p.Close(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		close(release)
	})
}

// TestRead_BySeveralWorkers has lists walked side by side: each gets its own pages, in order.
func TestRead_BySeveralWorkers(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context, p *Pages) {
		var walks sync.WaitGroup
		for n := range 8 {
			walks.Go(func() {
				l := &list{pages: 50, takes: time.Second}
				read := func(ctx context.Context, link string) (string, string, error) {
					number := ""
					if link != "" {
						number = link[2:]
					}
					page, next, err := l.read(ctx, number)
					if next != "" {
						next = fmt.Sprintf("%d/%s", n, next)
					}
					return fmt.Sprintf("%d/%s", n, page), next, err
				}
				for i := range l.pages {
					link := fmt.Sprintf("%d/%d", n, i)
					if got, err := Read(ctx, p, link, read); err != nil || got != link {
						t.Errorf("page %s: got %q, %v", link, got, err)
					}
				}
				for link, times := range l.asked {
					if times != 1 {
						t.Errorf("page %d/%s was asked for %d times", n, link, times)
					}
				}
			})
		}
		walks.Wait()
	})
}
