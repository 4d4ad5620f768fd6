package readahead

import (
	"context"
	"sync"
)

// Pages holds what was asked for ahead of time. Its zero value is ready. It is safe for concurrent use.
type Pages struct {
	mu     sync.Mutex
	pages  map[place]*page
	closed bool
	asking sync.WaitGroup
}

// place is where a page is: at the service's link to it, within a sync.
type place struct{ syncID, link string }

// page is one that was asked for ahead of time. It is held until it is taken, or its time is over.
type page struct {
	// answered is closed once it is known what came of the request: a page that is held then is there.
	answered chan struct{}
	// end ends the request, or the time that the page is kept.
	end context.CancelFunc

	// What follows is guarded by Pages.mu.

	// depth is how many pages may be ahead from this one on, itself among them.
	depth int
	value any
	next  string
}

type read = func(ctx context.Context, link string) (value any, next string, err error)

// take hands out the page of a place, and waits for it where it is under way. It returns nil where there is none, or the
// context ends.
func (p *Pages) take(ctx context.Context, at place) (value any, next string) {
	p.mu.Lock()
	held := p.pages[at]
	p.mu.Unlock()
	if held == nil {
		return nil, ""
	}
	select {
	case <-held.answered:
	case <-ctx.Done():
		return nil, ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.drop(at, held) {
		return nil, ""
	}
	held.end()
	return held.value, held.next
}

// drop lets go of a page, and says whether it was held.
func (p *Pages) drop(at place, held *page) bool {
	is := p.pages[at] == held
	if is {
		delete(p.pages, at)
	}
	return is
}

// ask asks for the pages from a place on, depth of them, as far as nobody has.
func (p *Pages) ask(values context.Context, at place, depth int, get read) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ; depth > 0 && at.link != "" && !p.closed; depth-- {
		held := p.pages[at]
		if held == nil {
			if len(p.pages) < overall {
				p.start(values, at, depth, get)
			}
			return
		}
		held.depth = max(held.depth, depth)
		select {
		case <-held.answered:
			at.link = held.next
		default:
			return // it goes on by itself once it is there
		}
	}
}

func (p *Pages) start(values context.Context, at place, depth int, get read) {
	ctx, cancel := context.WithTimeout(values, lifetime)
	held := &page{answered: make(chan struct{}), depth: depth}
	overdue := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.drop(at, held)
	})
	held.end = func() { overdue(); cancel() }
	if p.pages == nil {
		p.pages = map[place]*page{}
	}
	p.pages[at] = held
	p.asking.Go(func() {
		value, next, err := get(ctx, at.link)
		if depth := p.answered(at, held, value, next, err); depth > 1 {
			p.ask(values, place{at.syncID, next}, depth-1, get)
		}
	})
}

// answered keeps a page that has come, and returns its depth: 0 where there is nothing to keep.
func (p *Pages) answered(at place, held *page, value any, next string, err error) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer close(held.answered)
	if err != nil || p.pages[at] != held {
		p.drop(at, held)
		held.end()
		return 0
	}
	held.value, held.next = value, next
	return held.depth
}

// Close lets go of all pages, ends the requests that are under way, and waits for their end or that of the context. No
// page is read ahead after it.
func (p *Pages) Close(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	for _, held := range p.pages {
		held.end()
	}
	p.pages = nil
	p.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		p.asking.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
