package connector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/pagination"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// entry is a record of a fake log, which shows up in it at a time of its own.
type entry struct {
	id        string
	at, shown time.Time
}

// fakeLog is a log with links that count the records before them, and a clock that stands still.
type fakeLog struct {
	now     time.Time
	entries []entry
	sorted  int // how many were there when they were sorted last
	largest int // the most records of a page, whatever is asked for
	reads   int
	fail    error
}

func newFakeLog() *fakeLog {
	return &fakeLog{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), largest: largestPage}
}

// add adds a record of some time ago that shows up now.
func (l *fakeLog) add(id string, ago time.Duration) {
	l.entries = append(l.entries, entry{id, l.now.Add(-ago), l.now})
}

func (l *fakeLog) read(_ context.Context, from time.Time, top int, next string) ([]entry, string, error) {
	l.reads++
	if l.fail != nil {
		return nil, "", l.fail
	}
	if len(l.entries) != l.sorted {
		slices.SortFunc(l.entries, func(a, b entry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id)) })
		l.sorted = len(l.entries)
	}
	var out []entry
	for _, e := range l.entries {
		if !e.at.Before(from) && !e.shown.After(l.now) {
			out = append(out, e)
		}
	}
	skip, _ := strconv.Atoi(next)
	end := min(skip+min(top, l.largest), len(out))
	if end == len(out) {
		return out[skip:], "", nil
	}
	return out[skip:end], strconv.Itoa(end), nil
}

// feed is a feed over the log, as a process makes it.
func (l *fakeLog) feed() *Feed[entry] {
	return &Feed[entry]{
		ID: "log", Types: []v2.EventType{v2.EventType_EVENT_TYPE_USAGE}, LookBack: time.Hour, Retention: 30 * 24 * time.Hour,
		Now: func() time.Time { return l.now }, Explain: func(error) string { return "wait" },
		Log: Log[entry]{Read: l.read, ID: func(e entry) string { return e.id }, At: func(e entry) time.Time { return e.at },
			Events: func(_ context.Context, entries []entry) ([]*v2.Event, error) {
				events := make([]*v2.Event, len(entries))
				for i, e := range entries {
					events[i] = v2.Event_builder{Id: e.id, OccurredAt: timestamppb.New(e.at)}.Build()
				}
				return events, nil
			}},
	}
}

// ask asks once, and checks what holds of every answer.
func ask(t *testing.T, f *Feed[entry], cursor string, size int) ([]string, *pagination.StreamState) {
	t.Helper()
	events, state, _, err := f.ListEvents(context.Background(), nil, &pagination.StreamToken{Cursor: cursor, Size: size})
	if err != nil || state == nil || len(state.Cursor) > maxFeedCursor {
		t.Fatalf("the answer is %v: %v", state, err)
	}
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.GetId()
		if i > 0 && e.GetOccurredAt().AsTime().Before(events[i-1].GetOccurredAt().AsTime()) {
			t.Errorf("the event %s stands behind a later one", e.GetId())
		}
	}
	return ids, state
}

// drain asks until there is no more.
func drain(t *testing.T, f *Feed[entry], cursor string, size int) ([]string, string) {
	t.Helper()
	var all []string
	for range 1000 {
		ids, state := ask(t, f, cursor, size)
		all, cursor = append(all, ids...), state.Cursor
		if !state.HasMore {
			return all, cursor
		}
	}
	t.Fatal("the feed does not end")
	return nil, ""
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("delivered was %.200q, want %.200q", got, want)
	}
}

// A log with bursts and late records, read by processes that come and go, in every second case with failures and
// answers that get lost: there a record may come twice, since a long round has more of them than a cursor knows. So it
// may where the clock is slow; in two cases of three it is wrong by minutes.
func TestFeed_DeliversEverythingAtLeastOnce(t *testing.T) {
	for seed := range uint64(16) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			dice := rand.New(rand.NewPCG(seed, 1))
			log := newFakeLog()
			log.largest = 3 + dice.IntN(50)
			faults, wrong := seed%2 == 1, []time.Duration{0, -7 * time.Minute, 7 * time.Minute}[seed%3]
			open := func() *Feed[entry] {
				feed := log.feed()
				feed.Now = func() time.Time { return log.now.Add(wrong) }
				return feed
			}
			begin := log.now
			for i := range 300 {
				at := begin.Add(time.Duration(dice.IntN(4*3600)) * time.Second)
				for range 1 + dice.IntN(3)/2*dice.IntN(8) { // a burst of one time
					id := fmt.Sprintf("%d-%d", i, dice.Uint32())
					log.entries = append(log.entries, entry{id, at, at.Add(time.Duration(dice.IntN(19*60)) * time.Second)})
				}
			}
			times, feed, cursor := map[string]int{}, open(), ""
			for log.now.Before(begin.Add(5 * time.Hour)) {
				log.now = log.now.Add(time.Duration(10+dice.IntN(600)) * time.Second)
				for more := true; more; {
					if dice.IntN(4) == 0 {
						feed = open()
					}
					log.fail = nil
					if faults && dice.IntN(5) == 0 {
						log.fail = errors.New("away")
					}
					ids, state := ask(t, feed, cursor, dice.IntN(60))
					if more = state.HasMore; faults && dice.IntN(5) == 0 {
						more = true
						continue // the answer is lost
					}
					cursor = state.Cursor
					for _, id := range ids {
						times[id]++
					}
				}
			}
			log.fail = nil
			for range 2 { // to the end of a round, and a whole one
				var ids []string
				ids, cursor = drain(t, feed, cursor, 0)
				for _, id := range ids {
					times[id]++
				}
			}
			for _, e := range log.entries {
				if n := times[e.id]; n == 0 || n > 1 && !faults && wrong >= 0 {
					t.Errorf("seed %d: the record %s was delivered %d times", seed, e.id, n)
				}
			}
		})
	}
}

func TestFeed_GivesTheSameForTheSameCursor(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	for i := range 30 {
		log.add(fmt.Sprint(i), time.Duration(40-i)*time.Minute)
	}
	first, state := ask(t, log.feed(), "", 10)
	feed := log.feed()
	want, _ := ask(t, feed, state.Cursor, 10)
	for range 3 {
		got, _ := ask(t, feed, state.Cursor, 10)
		same(t, got, want)
	}
	if len(first) != 10 || len(want) != 9 { // the last of the first page is read once more
		t.Errorf("%d and %d records were delivered", len(first), len(want))
	}
}

func TestFeed_KeepsItsPlaceInMoreRecordsThanItCanRemember(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	for i := range 3500 {
		log.add(fmt.Sprintf("%04d", i), time.Minute)
	}
	log.add("last", time.Second)
	ids, cursor := drain(t, log.feed(), "", 10)
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) != 3501 {
		t.Errorf("%d of 3501 records were delivered", len(ids))
	}
	log.add("late", 15*time.Minute)
	if ids, _ = drain(t, log.feed(), cursor, 0); !slices.Contains(ids, "late") {
		t.Error("the late record was not delivered")
	}
}

// Somebody who wants few events gets about as many, though several are of one time.
func TestFeed_AnswersWithAboutAsManyAsAreWanted(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	for i := range 2000 {
		log.add(fmt.Sprintf("%04d", i), time.Duration(50*60-i/5)*time.Second) // five of each second
	}
	cursor, all := "", map[string]bool{}
	for more := true; more; {
		ids, state := ask(t, log.feed(), cursor, 3)
		if len(ids) > 8*3 {
			t.Fatalf("%d events came where 3 were wanted", len(ids))
		}
		for _, id := range ids {
			all[id] = true
		}
		cursor, more = state.Cursor, state.HasMore
	}
	if len(all) != 2000 {
		t.Errorf("%d of 2000 were delivered", len(all))
	}
}

func TestFeed_StepsOverWhatOneAnswerCannotCarry(t *testing.T) {
	t.Parallel()
	for largest, n := range map[int]int{7: 100, largestPage: 6000} {
		log := newFakeLog()
		log.largest = largest
		for i := range n {
			log.add(fmt.Sprintf("%04d", i), time.Minute)
		}
		log.add("last", time.Second)
		ids, _ := drain(t, log.feed(), "", 0)
		if !slices.Contains(ids, "last") || len(ids) > maxRecords+1 {
			t.Errorf("the feed did not get behind the one time with %d records", len(ids))
		}
	}
}

func TestFeed_FindsLateRecords(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	log.add("first", time.Minute)
	ids, cursor := drain(t, log.feed(), "", 0)
	same(t, ids, []string{"first"})
	log.now = log.now.Add(3 * time.Minute)
	log.add("late", 15*time.Minute)
	ids, cursor = drain(t, log.feed(), cursor, 0)
	same(t, ids, []string{"late"})
	log.now = log.now.Add(3 * time.Hour)
	log.add("new", time.Minute)
	ids, cursor = drain(t, log.feed(), cursor, 0)
	same(t, ids, []string{"new"})
	log.add("later", 19*time.Minute)
	ids, _ = drain(t, log.feed(), cursor, 0)
	same(t, ids, []string{"later"})
}

func TestFeed_IsNotLedAstrayByARecordOfTheFuture(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	log.add("next year", -365*24*time.Hour)
	_, cursor := drain(t, log.feed(), "", 0)
	for i := range 2 * maxDelivered {
		log.now = log.now.Add(time.Minute)
		log.add(fmt.Sprint(i), 0)
		var ids []string
		ids, cursor = drain(t, log.feed(), cursor, 0)
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == "next year" }) // it is read again and again
		if same(t, ids, []string{fmt.Sprint(i)}); t.Failed() {
			return
		}
	}
}
