package connector

import (
	"context"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestSummaries_ForgetACancelledSyncWhenTheNextBegins(t *testing.T) {
	t.Parallel()
	for name, cancelled := range map[string]error{"here": context.Canceled, "by the caller": status.Error(codes.Canceled, "x")} {
		s := &Summaries{}
		s.Skip("cancelled", "x", 1)
		s.Skip("goes on", "x", 1)
		for _, id := range []string{"cancelled", "goes on", "unknown"} {
			if err := s.withFigures(id, cancelled); err.Error() != cancelled.Error() {
				t.Errorf("%s: the error became %v", name, err)
			}
		}
		if len(s.ledgers) != 2 {
			t.Errorf("%s: a page that was cancelled began the count of a sync: %v", name, s.order)
		}
		s.Skip("goes on", "x", 1)
		s.Skip("next", "x", 1)
		if gone, on := s.Take("cancelled"), s.Take("goes on"); gone.LeftOutTotal != 0 || on.LeftOutTotal != 2 {
			t.Errorf("%s: %+v and %+v are left", name, gone, on)
		}
	}
}

// Of several workers the one that failed tells the figures, also after others have been stopped.
func TestSummaries_TellTheFiguresOfASyncWhoseWorkersWereStopped(t *testing.T) {
	t.Parallel()
	s := &Summaries{}
	s.Skip("one", "x", 1)
	_ = s.withFigures("one", context.Canceled)
	got := status.Convert(s.withFigures("one", status.Error(codes.Internal, "bad")))
	if want := "bad; so far: nothing; 0 requests; left out 1"; got.Message() != want {
		t.Errorf("the sync fails with %q, want %q", got.Message(), want)
	}
	s.Skip("one", "x", 1) // by a worker that has not heard of it
	s.Skip("next", "x", 1)
	if got := s.Take("one").LeftOutTotal; got != 0 {
		t.Errorf("%d rows of a sync that failed are kept", got)
	}
}
