package conductoronesim

import (
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/ksuid"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// Task is something for a connector to do. Its constructors are functions of this package; Server.Hand gives it its id
// and whatever the vault adds.
type Task struct {
	make    func() (*v1.Task, error)
	debug   bool
	noVault bool
	secret  string
}

// WithDebug has the connector keep a debug log of the task and upload it behind the sync.
func (t Task) WithDebug() Task {
	t.debug = true
	return t
}

// WithoutVault leaves out the vault's key, as for a connector without one: a password that is made has nowhere to go.
func (t Task) WithoutVault() Task {
	t.noVault = true
	return t
}

// WithPassword is the password that a task of the kind Encrypted sends; without it there is a random one.
func (t Task) WithPassword(password string) Task {
	t.secret = password
	return t
}

// build makes the message. The task exists even when err says what is wrong with it.
func (t Task) build(s *Server) (task *v1.Task, err error) {
	task = &v1.Task{}
	if t.make == nil {
		err = errors.New("the task is empty")
	} else if made, failed := t.make(); failed == nil {
		task = made
	} else {
		err = failed
	}
	task.SetId(ksuid.New().String())
	task.SetStatus(v1.Task_STATUS_PENDING)
	task.SetDebug(t.debug || task.GetDebug())
	if err == nil {
		err = s.vault.furnish(task, t, s.client)
	}
	if err == nil {
		err = task.Validate()
	}
	return task, err
}

// taskType is the name of the field that makes a task what it is, "none" where there is none.
func taskType(task *v1.Task) string {
	m := task.ProtoReflect()
	field := m.WhichOneof(m.Descriptor().Oneofs().ByName("task_type"))
	if field == nil {
		return "none"
	}
	return string(field.Name())
}

func plain(b v1.Task_builder) Task {
	return Task{make: func() (*v1.Task, error) { return b.Build(), nil }}
}

// Raw is any task at all, also of a kind that connectors do not know. Its id is replaced, and what the vault adds is
// added.
func Raw(task *v1.Task) Task {
	return Task{make: func() (*v1.Task, error) { return proto.CloneOf(task), nil }}
}

// ParseTask reads a task from the JSON of the protocol, as {"sync_full":{}} or
// {"delete_resource":{"resource_id":{"resource_type":"user","resource":"1"}}}.
func ParseTask(text []byte) (Task, error) {
	task := &v1.Task{}
	if err := protojson.Unmarshal(text, task); err != nil {
		return Task{}, fmt.Errorf("conductoronesim: read a task: %w", err)
	}
	if !task.HasTaskType() {
		return Task{}, errors.New("conductoronesim: read a task: it does not say what there is to do")
	}
	return Raw(task), nil
}

// Hello asks for the connector's metadata once more.
func Hello() Task { return plain(v1.Task_builder{Hello: &v1.Task_HelloTask{}}) }

// SyncOptions says what a full sync leaves out.
type SyncOptions struct {
	SkipExpandGrants, SkipEntitlementsAndGrants, SkipGrants bool
	ResourceTypes                                           []string // none means all
	StorageEngine                                           string   // "pebble", "sqlite" or "" for the connector's choice
}

// FullSync reads everything and uploads it.
func FullSync(o SyncOptions) Task {
	return plain(v1.Task_builder{SyncFull: v1.Task_SyncFullTask_builder{
		SkipExpandGrants: o.SkipExpandGrants, SkipEntitlementsAndGrants: o.SkipEntitlementsAndGrants, SkipGrants: o.SkipGrants,
		SyncResourceTypeIds: o.ResourceTypes, StorageEngine: o.StorageEngine,
	}.Build()})
}

// TargetedSync reads these resources anew, with their entitlements and grants, and uploads them.
func TargetedSync(resources ...*v2.Resource) Task {
	return plain(v1.Task_builder{SyncFull: v1.Task_SyncFullTask_builder{TargetedSyncResources: resources}.Build()})
}

// Grant gives an entitlement to a principal.
func Grant(entitlement *v2.Entitlement, principal *v2.Resource) Task {
	return plain(v1.Task_builder{Grant: v1.Task_GrantTask_builder{Entitlement: entitlement, Principal: principal}.Build()})
}

// Revoke takes a grant away.
func Revoke(grant *v2.Grant) Task {
	return plain(v1.Task_builder{Revoke: v1.Task_RevokeTask_builder{Grant: grant}.Build()})
}

// CreateResource makes a resource.
func CreateResource(resource *v2.Resource) Task {
	return plain(v1.Task_builder{CreateResource: v1.Task_CreateResourceTask_builder{Resource: resource}.Build()})
}

// DeleteResource removes a resource.
func DeleteResource(id *v2.ResourceId) Task {
	return plain(v1.Task_builder{DeleteResource: v1.Task_DeleteResourceTask_builder{ResourceId: id}.Build()})
}

// InvokeAction runs an action, of a resource type or, with "", a global one. Resources among the arguments are objects
// of resource_type_id and resource_id.
func InvokeAction(name, resourceType string, args map[string]any) Task {
	return Task{make: func() (*v1.Task, error) {
		s, err := structpb.NewStruct(args)
		if err != nil {
			return nil, fmt.Errorf("the arguments of action %s: %w", name, err)
		}
		return v1.Task_builder{ActionInvoke: v1.Task_ActionInvokeTask_builder{Name: name, ResourceTypeId: resourceType, Args: s}.Build()}.Build(), nil
	}}
}

// ActionStatus asks how an action is doing, by the name and the id that its invocation returned.
func ActionStatus(name, id string) Task {
	return plain(v1.Task_builder{ActionStatus: v1.Task_ActionStatusTask_builder{Name: name, Id: id}.Build()})
}

// ActionSchemas asks for the actions there are, all or those of a resource type.
func ActionSchemas(resourceType string) Task {
	return plain(v1.Task_builder{ActionListSchemas: v1.Task_ActionListSchemasTask_builder{ResourceTypeId: resourceType}.Build()})
}

// ActionSchema asks for one global action.
func ActionSchema(name string) Task {
	return plain(v1.Task_builder{ActionGetSchema: v1.Task_ActionGetSchemaTask_builder{Name: name}.Build()})
}

// EventFeeds asks for the feeds there are.
func EventFeeds() Task {
	return plain(v1.Task_builder{ListEventFeeds: &v1.Task_ListEventFeedsTask{}})
}

// Events reads one page of a feed: from cursor, or from start where there is none. Zero values are left out.
func Events(feed, cursor string, start time.Time, size uint32) Task {
	b := v1.Task_ListEventsTask_builder{EventFeedId: feed, Cursor: cursor, PageSize: size}
	if !start.IsZero() {
		b.StartAt = timestamppb.New(start)
	}
	return plain(v1.Task_builder{ListEvents: b.Build()})
}
