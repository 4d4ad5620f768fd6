package connector

import (
	"context"
	"sync"
)

// Turns lets one change at a time be made to each object, where the directory refuses changes to one object
// that meet, or where one would undo the other. It remembers an object only as long as somebody changes it or
// waits to. Its zero value is ready.
type Turns struct {
	mu      sync.Mutex
	objects map[string]*turn
}

type turn struct {
	free    chan struct{}
	holders int // who has it or waits for it
}

// Take waits for the turn at an object, or for the end of the context. Who got it gives it back.
func (t *Turns) Take(ctx context.Context, id string) (giveBack func(), err error) {
	mine := t.join(id)
	select {
	case mine.free <- struct{}{}:
		return func() { <-mine.free; t.leave(id, mine) }, nil
	case <-ctx.Done():
		t.leave(id, mine)
		return nil, context.Cause(ctx)
	}
}

func (t *Turns) join(id string) *turn {
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

func (t *Turns) leave(id string, mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if mine.holders--; mine.holders == 0 {
		delete(t.objects, id)
	}
}

// Held is how many objects are being changed, or are about to be.
func (t *Turns) Held() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.objects)
}
