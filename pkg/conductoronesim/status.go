package conductoronesim

import (
	"google.golang.org/grpc/codes"
)

// Status is what ConductorOne shows of the connector: "Not connected" if no host has been heard of for the length of a
// lease, "Syncing" while a host works on a sync, "Error" if the last sync failed, and "Connected".
func (s *Server) Status() string {
	last := s.history.lastHeard()
	if last.IsZero() || s.options.Now().Sub(last) > s.options.Lease {
		return "Not connected"
	}
	return s.queue.status()
}

func (q *queue) status() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.held {
		if e.task.HasSyncFull() {
			return "Syncing"
		}
	}
	for i := len(q.ended) - 1; i >= 0; i-- {
		e := q.ended[i]
		if !e.task.HasSyncFull() || e.result.Status == codes.Canceled {
			continue
		}
		if e.result.Status != codes.OK {
			return "Error"
		}
		break
	}
	return "Connected"
}
