package connector

import (
	"strconv"
	"strings"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// RightEvent tells of a grant that was made, or is gone, with the names that are known. A grant that passes something on
// passes it on as in a sync.
func RightEvent(g *v2.Grant, resource, holder *v2.Resource, gone bool) *v2.Event {
	e := g.GetEntitlement()
	e.SetResource(resource)
	e.SetSlug(strings.TrimPrefix(e.GetId(), EntitlementID(resource.GetId(), "")))
	if gone {
		return v2.Event_builder{CreateRevokeEvent: v2.CreateRevokeEvent_builder{Entitlement: e, Principal: holder}.Build()}.Build()
	}
	return v2.Event_builder{CreateGrantEvent: v2.CreateGrantEvent_builder{
		Entitlement: e, Principal: holder, Annotations: g.GetAnnotations()}.Build()}.Build()
}

// ChangeEvent tells that a resource has changed.
func ChangeEvent(id *v2.ResourceId) *v2.Event {
	return v2.Event_builder{ResourceChangeEvent: v2.ResourceChangeEvent_builder{ResourceId: id}.Build()}.Build()
}

// UsageEvent tells that somebody has used something.
func UsageEvent(target, actor *v2.Resource) *v2.Event {
	return v2.Event_builder{UsageEvent: v2.UsageEvent_builder{TargetResource: target, ActorResource: actor}.Build()}.Build()
}

// Stamp gives the events of one record their ids and their time: the first has the record's id, the others a number
// behind it.
func Stamp(events []*v2.Event, recordID string, at time.Time) []*v2.Event {
	for i, e := range events {
		id := recordID
		if i > 0 {
			id += "/" + strconv.Itoa(i+1)
		}
		e.SetId(id)
		e.SetOccurredAt(timestamppb.New(at))
	}
	return events
}
