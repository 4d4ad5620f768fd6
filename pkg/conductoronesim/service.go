package conductoronesim

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// service is BatonService.
type service struct {
	v1.UnimplementedBatonServiceServer
	*Server
}

// refuse makes an error of what a client must not do, and a violation.
func (s *Server) refuse(ctx context.Context, code codes.Code, err error) error {
	s.history.violate("%s: %v", callOf(ctx).Method, err)
	return status.Error(code, err.Error())
}

// Hello greets, and ends the hello task that it names.
func (s *service) Hello(ctx context.Context, in *v1.BatonServiceHelloRequest) (*v1.BatonServiceHelloResponse, error) {
	s.history.greet(in.GetHostId())
	id := in.GetTaskId()
	if id == "" {
		return &v1.BatonServiceHelloResponse{}, nil
	}
	task, err := s.queue.holding(in.GetHostId(), id)
	if err == nil && !task.HasHello() {
		return nil, s.refuse(ctx, codes.InvalidArgument, fmt.Errorf("task %s is %s and ends with FinishTask", id, taskType(task)))
	}
	if err == nil {
		err = s.queue.finish(in.GetHostId(), id, func(r *Result) {
			r.Response = proto.CloneOf(in.GetConnectorMetadata())
			r.Annotations = in.GetAnnotations()
		})
	}
	if err != nil {
		return nil, s.refuse(ctx, codes.NotFound, err)
	}
	return &v1.BatonServiceHelloResponse{}, nil
}

// GetTask hands out one task, if there is one.
func (s *service) GetTask(ctx context.Context, in *v1.BatonServiceGetTaskRequest) (*v1.BatonServiceGetTaskResponse, error) {
	given, err := s.take(ctx, in.GetHostId(), 1, nil)
	if err != nil {
		return nil, err
	}
	out := v1.BatonServiceGetTaskResponse_builder{NextPoll: s.nextPoll(), NextHeartbeat: s.nextHeartbeat()}
	if len(given) == 1 {
		out.Task = given[0]
	}
	return out.Build(), nil
}

// GetTasks hands out several.
func (s *service) GetTasks(ctx context.Context, in *v1.BatonServiceGetTasksRequest) (*v1.BatonServiceGetTasksResponse, error) {
	given, err := s.take(ctx, in.GetHostId(), int(in.GetPageSize()), in.GetKnownTaskIds())
	if err != nil {
		return nil, err
	}
	return v1.BatonServiceGetTasksResponse_builder{
		Tasks: given, NextPoll: s.nextPoll(), NextHeartbeat: s.nextHeartbeat(),
	}.Build(), nil
}

func (s *service) take(ctx context.Context, host string, n int, known []string) ([]*v1.Task, error) {
	if !s.history.hasGreeted(host) {
		return nil, s.refuse(ctx, codes.FailedPrecondition, fmt.Errorf("host %s asks for tasks and has not said Hello", host))
	}
	given := s.queue.take(host, n, known)
	if len(given) > 0 {
		callOf(ctx).TaskID = given[0].GetId()
	}
	return given, nil
}

func (s *service) nextPoll() *durationpb.Duration { return durationpb.New(s.options.NextPoll) }
func (s *service) nextHeartbeat() *durationpb.Duration {
	return durationpb.New(s.options.NextHeartbeat)
}

// Heartbeat keeps tasks with their holder and says which of them are cancelled.
func (s *service) Heartbeat(ctx context.Context, in *v1.BatonServiceHeartbeatRequest) (*v1.BatonServiceHeartbeatResponse, error) {
	if err := s.faults.holdHeartbeat(ctx); err != nil {
		return nil, status.FromContextError(err).Err()
	}
	out := v1.BatonServiceHeartbeatResponse_builder{NextHeartbeat: s.nextHeartbeat()}
	cancelled, err := s.queue.heartbeat(in.GetHostId(), in.GetTaskId())
	if err != nil {
		return nil, s.refuse(ctx, codes.NotFound, err)
	}
	out.Cancelled = cancelled
	for _, id := range in.GetTaskIds() {
		cancelled, err := s.queue.heartbeat(in.GetHostId(), id)
		if err != nil {
			return nil, s.refuse(ctx, codes.NotFound, err)
		}
		if cancelled {
			out.CancelledTaskIds = append(out.CancelledTaskIds, id)
		}
	}
	return out.Build(), nil
}

// FinishTask takes the report on a task.
func (s *service) FinishTask(ctx context.Context, in *v1.BatonServiceFinishTaskRequest) (*v1.BatonServiceFinishTaskResponse, error) {
	report, err := s.report(in)
	if err != nil {
		return nil, s.refuse(ctx, codes.InvalidArgument, err)
	}
	if err := s.queue.finish(in.GetHostId(), in.GetTaskId(), report); err != nil {
		return nil, s.refuse(ctx, codes.FailedPrecondition, err)
	}
	return &v1.BatonServiceFinishTaskResponse{}, nil
}

// report checks what a host says of the end of a task.
func (s *service) report(in *v1.BatonServiceFinishTaskRequest) (func(*Result), error) {
	task := s.queue.task(in.GetTaskId())
	if task.HasHello() {
		return nil, fmt.Errorf("task %s is a hello and ends with Hello", in.GetTaskId())
	}
	if failed := in.GetError(); failed != nil {
		code := codes.Code(in.GetStatus().GetCode()) //nolint:gosec // a code that is none shows as such
		if code == codes.OK {
			return nil, fmt.Errorf("task %s failed with the code of success", in.GetTaskId())
		}
		return s.filled(failed.GetResponse(), func(r *Result) {
			r.Status, r.Message, r.NonRetryable = code, in.GetStatus().GetMessage(), failed.GetNonRetryable()
			r.Annotations = failed.GetAnnotations()
		})
	}
	if task.HasSyncFull() && !s.queue.hasSync(in.GetTaskId()) {
		return nil, fmt.Errorf("task %s succeeded without an upload", in.GetTaskId())
	}
	return s.filled(in.GetSuccess().GetResponse(), func(r *Result) { r.Annotations = in.GetSuccess().GetAnnotations() })
}

// filled adds the response and what it brings for the vault.
func (s *service) filled(response *anypb.Any, report func(*Result)) (func(*Result), error) {
	if response == nil {
		return report, nil
	}
	message, err := response.UnmarshalNew()
	if err != nil {
		return nil, fmt.Errorf("the response is not readable: %w", err)
	}
	var secrets []Secret
	if m, ok := message.(interface{ GetEncryptedData() []*v2.EncryptedData }); ok {
		if secrets, err = s.vault.open(m.GetEncryptedData()); err != nil {
			return nil, err
		}
	}
	return func(r *Result) {
		report(r)
		r.Response, r.Secrets = message, secrets
	}, nil
}
