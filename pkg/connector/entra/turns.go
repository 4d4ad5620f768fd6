package entra

import (
	"context"
	"sync"
)

// turns lets one change at a time be made to each object: the directory refuses changes to one object that
// meet. It remembers an object only as long as somebody changes it or waits to. Its zero value is ready.
type turns struct {
	mu      sync.Mutex
	objects map[string]*turn
}

type turn struct {
	free    chan struct{}
	holders int // who has it or waits for it
}

// take waits for the turn at an object, or for the end of the context. Who got it gives it back.
func (t *turns) take(ctx context.Context, id string) (giveBack func(), err error) {
	mine := t.join(id)
	select {
	case mine.free <- struct{}{}:
		return func() { <-mine.free; t.leave(id, mine) }, nil
	case <-ctx.Done():
		t.leave(id, mine)
		return nil, context.Cause(ctx)
	}
}

func (t *turns) join(id string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.objects == nil {
		t.objects = map[string]*turn{}
	}
	mine := t.objects[id]
	if mine == nil {
		mine = &turn{free: make(chan struct{}, 1)}
		t.objects[id] = mine
	}
	mine.holders++
	return mine
}

func (t *turns) leave(id string, mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.holders--; mine.holders == 0 {
		delete(t.objects, id)
	}
}
