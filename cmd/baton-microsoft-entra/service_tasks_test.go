//go:build unix

package main_test

import (
	"context"
	"path"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// do hands out a task and waits for its end.
func (s *service) do(task conductoronesim.Task) conductoronesim.Result {
	s.t.Helper()
	return s.await(s.c1.Hand(task))
}

// await waits for the end of a task.
func (s *service) await(id string) conductoronesim.Result {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience/2)
	defer cancel()
	result, err := s.c1.Await(ctx, id)
	if err != nil {
		s.t.Fatalf("the task is not done: %v", err)
	}
	return result
}

// done has a task done that succeeds, with the answer that is wanted.
func done[M proto.Message](s *service, task conductoronesim.Task) M {
	s.t.Helper()
	result := s.do(task)
	if result.Status != codes.OK {
		s.t.Fatalf("%s: %v, %s", result.Type, result.Status, result.Message)
	}
	answer, ok := result.Response.(M)
	if !ok {
		s.t.Fatalf("%s: the answer is a %T", result.Type, result.Response)
	}
	return answer
}

// refused has a task done that fails with a code and all of the words, and changes nothing.
func (s *service) refused(task conductoronesim.Task, code codes.Code, words ...string) conductoronesim.Result {
	s.t.Helper()
	s.sim.ResetHistory()
	result := s.do(task)
	if result.Status != code {
		s.t.Errorf("%s: %v, %s; want %v", result.Type, result.Status, result.Message, code)
	}
	for _, word := range words {
		if !strings.Contains(result.Message, word) {
			s.t.Errorf("%s: %q is not in %q", result.Type, word, result.Message)
		}
	}
	s.wantWritten()
	return result
}

// wantWritten checks that the tenant has taken exactly these writes since its history began anew: "<method> <path>",
// where * is an id.
func (s *service) wantWritten(writes ...string) {
	s.t.Helper()
	var got []string
	for _, r := range s.sim.History() {
		if isWrite(r) && r.Status < 300 && !strings.HasSuffix(r.Path, "/$batch") && !strings.HasSuffix(r.Path, "/getByIds") {
			got = append(got, r.Method+" "+strings.TrimPrefix(r.Path, "/v1.0"))
		}
	}
	same := func(got, want string) bool {
		ok, err := path.Match(want, got)
		return ok && err == nil
	}
	if !slices.EqualFunc(got, writes, same) {
		s.t.Errorf("the tenant has taken the writes %q, want %q", got, writes)
	}
	s.sim.ResetHistory()
}

// synced has a sync done and reads what was uploaded.
func (s *service) synced(o conductoronesim.SyncOptions) contents {
	s.t.Helper()
	return s.uploaded(s.do(conductoronesim.FullSync(o)))
}

// uploaded reads the one file of a sync that succeeded.
func (s *service) uploaded(result conductoronesim.Result) contents {
	s.t.Helper()
	if result.Status != codes.OK || len(result.Uploads) != 1 {
		s.t.Fatalf("%s: %v, %s, with %d uploads", result.Type, result.Status, result.Message, len(result.Uploads))
	}
	return readContents(s.t, result.Uploads[0].Path)
}

// row is a row of a file as ConductorOne has it. The id is that of the rows.
func row[M proto.Message](t *testing.T, all rows, id string, into M) M {
	t.Helper()
	if all[id] == "" {
		t.Fatalf("there is no row %s", id)
	}
	if err := protojson.Unmarshal([]byte(all[id]), into); err != nil {
		t.Fatal(err)
	}
	return into
}
