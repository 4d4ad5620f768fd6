package readahead

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// list is a list of some pages, whose links are their numbers. It counts what it is asked for.
type list struct {
	pages int
	takes time.Duration
	fails func(ctx context.Context, link string, times int) error

	mu    sync.Mutex
	asked map[string]int
	under int // requests under way
	most  int // the most at once
}

// read is get of Read: the page is its own link.
func (l *list) read(ctx context.Context, link string) (string, string, error) {
	l.mu.Lock()
	if l.asked == nil {
		l.asked = map[string]int{}
	}
	l.asked[link]++
	times := l.asked[link]
	l.under++
	l.most = max(l.most, l.under)
	l.mu.Unlock()
	defer func() { l.mu.Lock(); l.under--; l.mu.Unlock() }()
	select {
	case <-time.After(l.takes):
	case <-ctx.Done():
		return "", "", context.Cause(ctx)
	}
	if l.fails != nil {
		if err := l.fails(ctx, link, times); err != nil {
			return "", "", err
		}
	}
	n, _ := strconv.Atoi(link)
	if n+1 >= l.pages {
		return link, "", nil
	}
	return link, strconv.Itoa(n + 1), nil
}

func (l *list) times(link string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked[link]
}

// walk reads the list to its end and works on each page for a while.
func (l *list) walk(ctx context.Context, p *Pages, work time.Duration) error {
	for n := range l.pages {
		link := strconv.Itoa(n)
		if n == 0 {
			link = ""
		}
		got, err := Read(ctx, p, link, l.read)
		if err != nil || got != link {
			return fmt.Errorf("page %s: got %q, %w", link, got, err)
		}
		<-time.After(work)
	}
	return nil
}

// bubble runs a test in virtual time. What is still running at its end fails it, so Close has to end all.
func bubble(t *testing.T, test func(t *testing.T, ctx context.Context, p *Pages)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &Pages{}
		test(t, Sync(context.Background(), "sync"), p)
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
	})
}
