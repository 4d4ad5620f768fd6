package conductoronesim

import (
	"context"
	"fmt"
	"path"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type callKey struct{}

// callOf is what the history will say of the call at hand.
func callOf(ctx context.Context) *Call {
	if c, ok := ctx.Value(callKey{}).(*Call); ok {
		return c
	}
	return &Call{}
}

// unary wraps a call into what holds for all: the history, faults, the token, the rules of the message.
func (s *Server) unary(ctx context.Context, in any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (out any, err error) {
	call := &Call{Method: path.Base(info.FullMethod)}
	ctx = context.WithValue(ctx, callKey{}, call)
	call.name(in)
	fault := s.faults.next(call.Method)
	err = s.admit(ctx, fault)
	if err == nil {
		err = s.validate(ctx, in)
	}
	if err == nil {
		out, err = handle(ctx, in)
	}
	call.Code = status.Code(err)
	s.record(call)
	if fault.lose {
		cutConnection(ctx)
	}
	return out, err
}

// stream is unary for uploads, whose messages are checked as they come.
func (s *Server) stream(service any, in grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	call := &Call{Method: path.Base(info.FullMethod)}
	ctx := context.WithValue(in.Context(), callKey{}, call)
	fault := s.faults.next(call.Method)
	err := s.admit(ctx, fault)
	if err == nil {
		err = handle(service, &checkedStream{ServerStream: in, ctx: ctx, server: s})
	}
	call.Code = status.Code(err)
	s.record(call)
	if fault.lose {
		cutConnection(ctx)
	}
	return err
}

// admit applies what was asked to go wrong, and then asks for the token.
func (s *Server) admit(ctx context.Context, f fault) error {
	if f.code != codes.OK {
		return status.Error(f.code, "as told")
	}
	md, _ := metadata.FromIncomingContext(ctx)
	if !s.tokens.valid(md.Get("authorization")) {
		return status.Error(codes.Unauthenticated, "the access token is missing, unknown or expired")
	}
	return nil
}

func (s *Server) validate(ctx context.Context, in any) error {
	m, ok := in.(interface{ Validate() error })
	if !ok {
		return nil
	}
	if err := m.Validate(); err != nil {
		return s.refuse(ctx, codes.InvalidArgument, fmt.Errorf("the message breaks a rule: %w", err))
	}
	return nil
}

// name notes who speaks of what, as far as the message says.
func (c *Call) name(in any) {
	if m, ok := in.(interface{ GetHostId() string }); ok {
		c.HostID = m.GetHostId()
	}
	if m, ok := in.(interface{ GetTaskId() string }); ok {
		c.TaskID = m.GetTaskId()
	}
}

// checkedStream checks each message as it comes, in the context that knows the call.
type checkedStream struct {
	grpc.ServerStream
	ctx    context.Context //nolint:containedctx // gRPC keeps a stream's context with the stream
	server *Server
}

// Context returns the context that knows the call.
func (c *checkedStream) Context() context.Context { return c.ctx }

// RecvMsg receives a message, and fails where its declared rules do not hold.
func (c *checkedStream) RecvMsg(m any) error {
	if err := c.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	return c.server.validate(c.ctx, m)
}
