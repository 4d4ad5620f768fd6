package entra

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	configpb "github.com/conductorone/baton-sdk/pb/c1/config/v1"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

const argUPN = "proposed_upn"

// checkUPNAction finds a user principal name that nobody has.
func (c *Connector) checkUPNAction() connector.Action {
	return connector.Action{
		Name: "check_upn", Title: "Check user principal name", Kinds: connector.DynamicAction(),
		Description: "Says whether a user principal name is free, and which one is where it is not: the first with a rising number " +
			"before the @. Names and mail addresses of users and groups count as taken. Only creating the user makes sure.",
		Arguments: []*configpb.Field{connector.RequiredField(connector.TextField(argUPN, "Proposed user principal name", "Like jane.doe@contoso.com"))},
		Results: []*configpb.Field{connector.FlagResult("available", "Available"), connector.TextResult("upn", "Free user principal name"),
			connector.TextResult("reason", "Reason")},
		Run: func(ctx context.Context, args connector.Arguments) (*structpb.Struct, error) {
			upn := args.Text(argUPN)
			if err := checkUPN("the argument "+argUPN, upn); err != nil {
				return nil, err
			}
			found, err := c.lookUpAddresses(ctx, upn)
			if err != nil {
				return nil, lacking(err, "look up who has the name", permissionUsers+" as well as "+permissionGroups)
			}
			if found.NoDeleted != nil {
				ctxzap.Extract(ctx).Warn("the recycle bin could not be looked through for the former names of deleted users", connector.Why(found.NoDeleted))
			}
			free, reason := freeUPN(upn, found)
			return actions.NewReturnValues(true, actions.NewBoolReturnField("available", free == upn),
				actions.NewStringReturnField("upn", free), actions.NewStringReturnField("reason", reason)), nil
		},
	}
}

// lookUpAddresses waits where a part of the question was throttled: nothing below sees that.
func (c *Connector) lookUpAddresses(ctx context.Context, upn string) (graph.Addresses, error) {
	const tries = 3
	for try := 1; ; try++ {
		found, err := c.graph.LookUpAddresses(ctx, upn)
		var timed interface{ RetryAt() time.Time }
		if err == nil || try == tries || !errors.As(err, &timed) || timed.RetryAt().IsZero() {
			return found, err
		}
		if err := c.clock.Sleep(ctx, max(0, timed.RetryAt().Sub(c.clock.Now()))); err != nil {
			return found, err
		}
	}
}

// freeUPN is the first name that nobody holds, and why it is that one; "" where that cannot be told.
func freeUPN(upn string, found graph.Addresses) (free, reason string) {
	holder := found.Taken[strings.ToLower(upn)]
	switch {
	case holder == "":
		return upn, "it is free" + formerly(found, upn)
	case found.More:
		return "", fmt.Sprintf("%s is taken: %s; and too many names are like it to say which number is free: propose another name", upn, holder)
	}
	n := 1
	for found.Taken[strings.ToLower(graph.Numbered(upn, n))] != "" {
		n++
	}
	free = graph.Numbered(upn, n)
	return free, fmt.Sprintf("%s is taken: %s; %s is free%s", upn, holder, free, formerly(found, upn, free))
}

// formerly tells of deleted users who had one of the names. That keeps nobody from getting it.
func formerly(found graph.Addresses, names ...string) string {
	if found.NoDeleted != nil {
		return "; whether a deleted user had it could not be found out"
	}
	text := ""
	for _, upn := range names {
		if found.Deleted[strings.ToLower(upn)] {
			text += fmt.Sprintf("; a deleted user had %s, and cannot be restored under that name while somebody else has it", upn)
		}
	}
	return text
}
