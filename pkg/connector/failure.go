package connector

import (
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// withFigures adds the figures so far to the error of a sync, and keeps its code and its details. Errors
// that do not end a sync stay what they are: those that the SDK repeats or passes over. So do those of a
// sync that is stopped: another worker's error tells the figures, or nobody waits for them.
func (s *Summaries) withFigures(syncID string, err error) error {
	st, ok := status.FromError(err)
	if !ok {
		st = status.FromContextError(err)
	}
	switch st.Code() {
	case codes.Unavailable, codes.DeadlineExceeded, codes.NotFound:
		return err
	case codes.Canceled:
		s.stop(syncID)
		return err
	}
	figures := s.failure(syncID)
	if figures == "" {
		return err
	}
	p := st.Proto()
	p.Message = strings.TrimRight(p.GetMessage(), ". ") + "; " + figures
	return status.FromProto(p).Err()
}
