package connector

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-sdk/pkg/pagination"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	logs "go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestFeed_BeginsWhereItIsTold(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	log.add("old", 3*time.Hour)
	log.add("new", 30*time.Minute)
	_, cursor := drain(t, log.feed(), "", 0)
	threeHours := timestamppb.New(log.now.Add(-3 * time.Hour))
	for name, test := range map[string]struct {
		earliest *timestamppb.Timestamp
		cursor   string
		want     string
	}{
		"nothing is said":                   {want: "new"},
		"a time":                            {threeHours, "", "old,new"},
		"a time before any log":             {timestamppb.New(time.Unix(0, 0)), "", "new"},
		"a cursor and a time":               {threeHours, cursor, ""},
		"a cursor of something else":        {nil, "https://graph.microsoft.com/v1.0/next", "new"},
		"a cursor of something else, dated": {threeHours, `{"v":2,"at":"2026-03-01T12:00:00Z"}`, "old,new"},
	} {
		events, state, _, err := log.feed().ListEvents(context.Background(), test.earliest, &pagination.StreamToken{Cursor: test.cursor})
		var ids []string
		for _, e := range events {
			ids = append(ids, e.GetId())
		}
		if got := strings.Join(ids, ","); err != nil || got != test.want || state.HasMore {
			t.Errorf("%s: got %q, want %q: %v", name, got, test.want, err)
		}
	}
}

func TestFeed_ReadsNoFurtherBackThanTheServiceKeeps(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	log.add("kept", 24*time.Hour)
	feed := log.feed()
	var from time.Time
	feed.Log.Read = func(ctx context.Context, at time.Time, top int, next string) ([]entry, string, error) {
		from = at
		return log.read(ctx, at, top, next)
	}
	events, _, _, err := feed.ListEvents(context.Background(), timestamppb.New(log.now.AddDate(-1, 0, 0)), &pagination.StreamToken{})
	if err != nil || len(events) != 1 || !from.Equal(log.now.Add(-feed.Retention)) {
		t.Errorf("%d events from %v on: %v", len(events), from, err)
	}
}

func TestFeed_AnswersAFailureWithTheSameCursor(t *testing.T) {
	t.Parallel()
	core, told := logs.New(zapcore.InfoLevel)
	ctx := ctxzap.ToContext(context.Background(), zap.New(core))
	log := newFakeLog()
	log.add("one", time.Minute)
	feed := log.feed()
	_, cursor := drain(t, feed, "", 0)
	log.add("two", time.Second)
	answer := func(fail error) int {
		t.Helper()
		log.fail = fail
		events, state, _, err := feed.ListEvents(ctx, nil, &pagination.StreamToken{Cursor: cursor})
		if err != nil || fail != nil && (len(events) > 0 || state.Cursor != cursor || state.HasMore) {
			t.Errorf("the answer to %v is %v, %v: %v", fail, events, state, err)
		}
		return len(events)
	}
	for range 3 {
		answer(status.Error(codes.PermissionDenied, "may not"))
		answer(status.Error(codes.Unavailable, "away"))
		answer(errors.New("torn"))
	}
	if n := told.FilterLevelExact(zap.WarnLevel).Len(); n != 3 {
		t.Errorf("%d warnings of three kinds of failure", n)
	}
	if n := answer(nil); n != 1 || answer(nil) != 1 {
		t.Errorf("%d events when it works again", n)
	}
	if n := told.FilterLevelExact(zap.InfoLevel).Len(); n != 1 {
		t.Errorf("that it works again is said %d times", n)
	}
	answer(status.Error(codes.PermissionDenied, "may not"))
	if n := told.FilterLevelExact(zap.WarnLevel).Len(); n != 4 {
		t.Errorf("the next failure of a kind is not told: %d warnings", n)
	}
}

func TestFeed_DoesNotTakePagesOfNothingForTheEnd(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	feed, n := log.feed(), 0
	feed.Log.Read = func(context.Context, time.Time, int, string) ([]entry, string, error) {
		n++
		return nil, fmt.Sprint(n), nil
	}
	_, state, _, err := feed.ListEvents(context.Background(), nil, &pagination.StreamToken{Cursor: ""})
	if err != nil || state.Cursor != "" || state.HasMore || n != maxPages {
		t.Errorf("after %d pages the answer is %v: %v", n, state, err)
	}
}

func TestFeed_FailsWithItsContextAlone(t *testing.T) {
	t.Parallel()
	log := newFakeLog()
	log.fail = errors.New("cut")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, state, _, err := log.feed().ListEvents(ctx, nil, &pagination.StreamToken{Cursor: "x"})
	if status.Code(err) != codes.Canceled || state == nil {
		t.Errorf("got %v: %v", state, err)
	}
}

func FuzzFeedCursor(f *testing.F) {
	c := feedCursor{From: time.Unix(1e9, 0).UTC(), Position: time.Unix(1e9, 100).UTC()}
	for i := range 2 * maxDelivered {
		token, err := c.encode()
		if err != nil {
			f.Fatal(err)
		}
		if i%100 == 0 {
			f.Add(token)
		}
		at := time.Unix(1e9+int64(i), 0)
		c.deliver(fmt.Sprint(i), at, at)
	}
	f.Add(`{"v":1,"from":"2026-03-01T12:00:00Z","at":"2026-03-01T12:00:00Z","seen":"AAAA"}`)
	f.Fuzz(func(t *testing.T, token string) {
		c, err := parseFeedCursor(token)
		if err != nil {
			return
		}
		again, err := c.encode()
		if err != nil || len(again) > maxFeedCursor {
			t.Fatalf("what was read of %q cannot be written: %v", token, err)
		}
		second, err := parseFeedCursor(again)
		if err != nil || !second.From.Equal(c.From) || !second.Position.Equal(c.Position) || !second.Newest.Equal(c.Newest) || len(second.Delivered) != len(c.Delivered) {
			t.Fatalf("%q was read as %v, and what was written of it as %v: %v", token, c, second, err)
		}
	})
}
