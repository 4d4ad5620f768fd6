package conductoronesim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// entry is a task on its way. It is waiting, held by a host, or done.
type entry struct {
	task      *v1.Task
	holder    string         // the host that has it; "" otherwise
	seen      time.Time      // the holder's last sign of life
	owed      map[string]int // host → how often it was given the task and has not reported yet
	cancelled bool
	done      chan struct{} // closed when result is final, but for its counts
	result    Result
}

func (e *entry) isDone() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// queue is every task that was handed in, and who has it.
type queue struct {
	lease time.Duration
	now   func() time.Time

	mu      sync.Mutex
	closed  chan struct{}
	entries map[string]*entry
	waiting []*entry
	held    []*entry // in the order in which they were given out
	ended   []*entry // in the order in which they ended
}

func newQueue(lease time.Duration, now func() time.Time) *queue {
	return &queue{lease: lease, now: now, closed: make(chan struct{}), entries: map[string]*entry{}}
}

func (q *queue) close() { close(q.closed) }

// add puts a task into the queue; with err it has failed already.
func (q *queue) add(task *v1.Task, err error) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := &entry{task: task, owed: map[string]int{}, done: make(chan struct{})}
	e.result = Result{ID: task.GetId(), Type: taskType(task), Queued: q.now()}
	q.entries[task.GetId()] = e
	if err != nil {
		q.end(e, func(r *Result) { r.Status, r.Message, r.NonRetryable = codes.InvalidArgument, err.Error(), true })
		return task.GetId()
	}
	q.waiting = append(q.waiting, e)
	return task.GetId()
}

// take gives a host up to n tasks. Those that it knows of already are signs of life, and not given again.
func (q *queue) take(host string, n int, known []string) []*v1.Task {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, id := range known {
		if e := q.entries[id]; e != nil {
			q.sign(e, host)
		}
	}
	q.takeBack()
	var given []*v1.Task
	for len(given) < n && len(q.waiting) > 0 {
		e := q.waiting[0]
		q.waiting = q.waiting[1:]
		q.held = append(q.held, e)
		e.holder, e.seen = host, q.now()
		e.owed[host]++
		e.result.HandedOut++
		e.result.Handed = e.seen
		given = append(given, e.task)
	}
	return given
}

// takeBack puts the tasks of silent holders at the front of the queue. One that is cancelled ends instead: the SDK's
// client does not report a task whose first heartbeat says so.
func (q *queue) takeBack() { q.takeBackSilentSince(q.now().Add(-q.lease)) }

func (q *queue) takeBackSilentSince(limit time.Time) {
	var back []*entry
	for _, e := range slices.Clone(q.held) {
		switch {
		case e.seen.After(limit):
		case e.cancelled:
			q.end(e, func(r *Result) { r.Status, r.Message = codes.Canceled, "cancelled, and never reported" })
		default:
			e.holder = ""
			q.held = without(q.held, e)
			back = append(back, e)
		}
	}
	q.waiting = append(back, q.waiting...)
}

// sign notes a sign of life of a host about a task, and says whether the host may go on with it. A task that was taken
// back and is still waiting is given to its holder again.
func (q *queue) sign(e *entry, host string) bool {
	switch {
	case e.isDone() || e.owed[host] == 0:
		return false
	case e.holder == host:
		e.seen = q.now()
		return true
	case e.holder != "":
		return false
	}
	q.waiting = without(q.waiting, e)
	q.held = append(q.held, e)
	e.holder, e.seen = host, q.now()
	return true
}

// heartbeat says whether a host is to stop working on a task.
func (q *queue) heartbeat(host, id string) (cancelled bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.entries[id]
	if e == nil {
		return false, fmt.Errorf("task %s does not exist", id)
	}
	if e.isDone() { // a heartbeat may overtake the end of its task
		return e.cancelled, nil
	}
	return !q.sign(e, host) || e.cancelled, nil
}

// holding is the task of an id, if a host still owes its report.
func (q *queue) holding(host, id string) (*v1.Task, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.entries[id]
	switch {
	case e == nil:
		return nil, fmt.Errorf("task %s does not exist", id)
	case e.owed[host] == 0:
		return nil, fmt.Errorf("task %s is not with host %s", id, host)
	}
	q.sign(e, host)
	return e.task, nil
}

// finish takes a host's report. The first one counts; those of holders that were given up are counted.
func (q *queue) finish(host, id string, report func(*Result)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.entries[id]
	switch {
	case e == nil:
		return fmt.Errorf("task %s does not exist", id)
	case e.owed[host] == 0 && e.isDone():
		return fmt.Errorf("task %s is finished, and host %s has reported it already or never had it", id, host)
	case e.owed[host] == 0:
		return fmt.Errorf("task %s is not with host %s", id, host)
	}
	e.owed[host]--
	e.result.Reports++
	if e.isDone() {
		return nil
	}
	e.result.Host = host
	q.end(e, report)
	return nil
}

func (q *queue) end(e *entry, report func(*Result)) {
	q.waiting, q.held = without(q.waiting, e), without(q.held, e)
	e.holder = ""
	e.result.Finished = q.now()
	report(&e.result)
	q.ended = append(q.ended, e)
	close(e.done)
}

func (q *queue) cancel(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.entries[id]
	if e == nil || e.isDone() {
		return
	}
	e.cancelled = true
	if e.result.HandedOut == 0 {
		q.end(e, func(r *Result) { r.Status, r.Message = codes.Canceled, "cancelled before it was handed out" })
	}
}

// task is the task of an id; nil, which has no type, where there is none.
func (q *queue) task(id string) *v1.Task {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e := q.entries[id]; e != nil {
		return e.task
	}
	return nil
}

// hasSync says whether a sync was uploaded for a task.
func (q *queue) hasSync(id string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	e := q.entries[id]
	return e != nil && slices.ContainsFunc(e.result.Uploads, func(u Upload) bool { return !u.Debug })
}

// uploaded adds a file to its task.
func (q *queue) uploaded(u Upload) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e := q.entries[u.TaskID]; e != nil {
		e.result.Uploads = append(e.result.Uploads, u)
	}
}

func (q *queue) await(ctx context.Context, id string) (Result, error) {
	q.mu.Lock()
	e := q.entries[id]
	q.mu.Unlock()
	if e == nil {
		return Result{}, fmt.Errorf("conductoronesim: await task %s: there is no such task", id)
	}
	select {
	case <-e.done:
		q.mu.Lock()
		defer q.mu.Unlock()
		return e.result.clone(), nil
	case <-ctx.Done():
		return Result{}, fmt.Errorf("conductoronesim: await task %s (%s): %w", id, e.result.Type, ctx.Err())
	case <-q.closed:
		return Result{}, errors.New("conductoronesim: await task " + id + ": the service was closed")
	}
}

func (q *queue) results() []Result {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := make([]Result, len(q.ended))
	for i, e := range q.ended {
		all[i] = e.result.clone()
	}
	return all
}

func (q *queue) endLeases() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.takeBackSilentSince(q.now())
}

func (q *queue) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.takeBack()
	return len(q.waiting)
}

func (r Result) clone() Result {
	r.Uploads, r.Secrets = slices.Clone(r.Uploads), slices.Clone(r.Secrets)
	return r
}

func without(all []*entry, e *entry) []*entry {
	return slices.DeleteFunc(all, func(other *entry) bool { return other == e })
}
