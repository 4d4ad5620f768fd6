//go:build unix

package servicekit

import (
	"context"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// Do hands out a task and waits for its end.
func (s *Service) Do(task conductoronesim.Task) conductoronesim.Result {
	s.T.Helper()
	return s.Await(s.C1.Hand(task))
}

// Await waits for the end of a task.
func (s *Service) Await(id string) conductoronesim.Result {
	s.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience/2)
	defer cancel()
	result, err := s.C1.Await(ctx, id)
	if err != nil {
		s.T.Fatalf("the task is not done: %v", err)
	}
	return result
}

// Done has a task done that succeeds, with the answer that is wanted.
func Done[M proto.Message](s *Service, task conductoronesim.Task) M {
	s.T.Helper()
	result := s.Do(task)
	if result.Status != codes.OK {
		s.T.Fatalf("%s: %v, %s", result.Type, result.Status, result.Message)
	}
	answer, ok := result.Response.(M)
	if !ok {
		s.T.Fatalf("%s: the answer is a %T", result.Type, result.Response)
	}
	return answer
}

// Refused has a task done that fails with a code and all of the words, and changes nothing.
func (s *Service) Refused(task conductoronesim.Task, code codes.Code, words ...string) conductoronesim.Result {
	s.T.Helper()
	s.directory.ResetHistory()
	result := s.Do(task)
	if result.Status != code {
		s.T.Errorf("%s: %v, %s; want %v", result.Type, result.Status, result.Message, code)
	}
	for _, word := range words {
		if !strings.Contains(result.Message, word) {
			s.T.Errorf("%s: %q is not in %q", result.Type, word, result.Message)
		}
	}
	s.WantWritten()
	return result
}

// WantWritten checks that the directory has taken exactly these writes since its history began anew: "<method> <path>",
// where * is an id.
func (s *Service) WantWritten(writes ...string) {
	s.T.Helper()
	same := func(got, want string) bool {
		ok, err := path.Match(want, got)
		return ok && err == nil
	}
	if got := s.directory.Written(); !slices.EqualFunc(got, writes, same) {
		s.T.Errorf("the directory has taken the writes %q, want %q", got, writes)
	}
	s.directory.ResetHistory()
}

// WantNote checks that a task succeeded with a note.
func WantNote(t *testing.T, result conductoronesim.Result, note proto.Message) {
	t.Helper()
	if notes := result.Annotations; result.Status != codes.OK || !notes.Contains(note) {
		t.Errorf("%s: %v, %s, with the notes %v; want a %T", result.Type, result.Status, result.Message, notes, note)
	}
}

// Synced has a sync done and reads what was uploaded.
func (s *Service) Synced(o conductoronesim.SyncOptions) Contents {
	s.T.Helper()
	return s.Uploaded(s.Do(conductoronesim.FullSync(o)))
}

// Uploaded reads the one file of a sync that succeeded.
func (s *Service) Uploaded(result conductoronesim.Result) Contents {
	s.T.Helper()
	if len(result.Uploads) != 1 {
		s.T.Fatalf("%s: %v, %s, with %d uploads", result.Type, result.Status, result.Message, len(result.Uploads))
	}
	return s.UploadedAtLast(result)
}

// UploadedAtLast reads the last file of a sync that may have been uploaded more than once.
func (s *Service) UploadedAtLast(result conductoronesim.Result) Contents {
	s.T.Helper()
	if result.Status != codes.OK || len(result.Uploads) == 0 {
		s.T.Fatalf("%s: %v, %s, with %d uploads", result.Type, result.Status, result.Message, len(result.Uploads))
	}
	return ReadContents(s.T, result.Uploads[len(result.Uploads)-1].Path)
}

// Invoke has an action done to its end, which is asked for where it takes more than a moment, and then once more.
func (s *Service) Invoke(task conductoronesim.Task) *v2.GetActionStatusResponse {
	s.T.Helper()
	invoked := Done[*v2.InvokeActionResponse](s, task)
	for deadline := time.Now().Add(Patience / 3); ; {
		answer := Done[*v2.GetActionStatusResponse](s, conductoronesim.ActionStatus(invoked.GetName(), invoked.GetId()))
		switch {
		case answer.GetStatus() == v2.BatonActionStatus_BATON_ACTION_STATUS_COMPLETE && answer.GetName() == invoked.GetName():
			return answer
		case answer.GetStatus() == v2.BatonActionStatus_BATON_ACTION_STATUS_FAILED, time.Now().After(deadline):
			s.T.Fatalf("%s is %v: %v", answer.GetName(), answer.GetStatus(), answer.GetResponse())
		}
	}
}

// WantStatus checks what ConductorOne shows of the connector.
func (s *Service) WantStatus(want string) {
	s.T.Helper()
	if got := s.C1.Status(); got != want {
		s.T.Errorf("the status is %q, want %q", got, want)
	}
}

// EntitlementOf is an entitlement by its id alone, "<type>:<id>:<slug>".
func EntitlementOf(id string) *v2.Entitlement {
	resourceType, rest, _ := strings.Cut(id, ":")
	resource, slug, _ := strings.Cut(rest, ":")
	return v2.Entitlement_builder{Id: id, Slug: slug, Resource: v2.Resource_builder{Id: ResourceID(resourceType, resource)}.Build()}.Build()
}

// ResourceID is the id of a resource.
func ResourceID(resourceType, resource string) *v2.ResourceId {
	return v2.ResourceId_builder{ResourceType: resourceType, Resource: resource}.Build()
}
