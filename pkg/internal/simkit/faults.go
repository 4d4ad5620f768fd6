package simkit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Faults are things that go wrong, each of which waits for the requests that it is for. The zero value is empty.
type Faults[F any] struct {
	mu    sync.Mutex
	queue []*waiting[F]
}

// waiting is a fault that lets skip of the requests through that it is for, and then strikes times of them.
type waiting[F any] struct {
	fault       F
	skip, times int
}

// Add queues a fault that lets skip requests through and strikes times then: 0 is one, below 0 all.
func (q *Faults[F]) Add(f F, skip, times int) {
	if times == 0 {
		times = 1
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue = append(q.queue, &waiting[F]{f, skip, times})
}

// Clear removes all of them.
func (q *Faults[F]) Clear() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue = nil
}

// Take finds the fault of a request and uses it up. Of several that fit the oldest strikes; while it skips, the next may.
func (q *Faults[F]) Take(fits func(F) bool) (f F, found bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, w := range q.queue {
		if !fits(w.fault) {
			continue
		}
		if w.skip > 0 {
			w.skip--
			continue
		}
		if w.times--; w.times == 0 {
			q.queue = slices.Delete(q.queue, i, i+1)
		}
		return w.fault, true
	}
	return f, false
}

// Chance draws faults at random. The draws are one sequence, so a client that asks one thing after the other meets the
// same faults every time.
type Chance[F any] struct {
	mu   sync.Mutex
	roll func() float64
	odds []odd[F]
}

type odd[F any] struct {
	fault F
	p     float64
}

// ParseChance reads "429=0.02,cut=0.01": kinds, which parse knows, each with a probability from 0 to 1. Roll returns
// numbers from 0, below 1, and is called once at a time.
func ParseChance[F any](spec string, roll func() float64, parse func(kind string) (F, error)) (*Chance[F], error) {
	c := &Chance[F]{roll: roll}
	total := 0.0
	for _, part := range strings.FieldsFunc(spec, func(r rune) bool { return r == ',' || r == ' ' }) {
		kind, value, _ := strings.Cut(part, "=")
		p, err := strconv.ParseFloat(value, 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("fault %q: the probability is a number from 0 to 1", part)
		}
		f, err := parse(kind)
		if err != nil {
			return nil, err
		}
		total += p
		c.odds = append(c.odds, odd[F]{f, p})
	}
	if total > 1 {
		return nil, fmt.Errorf("the probabilities of faults %q add up to more than 1", spec)
	}
	return c, nil
}

// Draw throws the dice for one request.
func (c *Chance[F]) Draw() (f F, struck bool) {
	if len(c.odds) == 0 {
		return f, false
	}
	c.mu.Lock()
	x := c.roll()
	c.mu.Unlock()
	for _, o := range c.odds {
		if x -= o.p; x < 0 {
			return o.fault, true
		}
	}
	return f, false
}
