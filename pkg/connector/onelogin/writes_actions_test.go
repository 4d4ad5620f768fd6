package onelogin

import (
	"context"
	"encoding/json"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"google.golang.org/protobuf/types/known/structpb"
)

// handlers are the actions that a connector registers.
type handlers map[string]actions.ActionHandler

func (h handlers) Register(_ context.Context, schema *v2.BatonActionSchema, do actions.ActionHandler) error {
	if h[schema.GetName()] != nil {
		return fmt.Errorf("the action %s is registered twice", schema.GetName())
	}
	h[schema.GetName()] = do
	return nil
}

// RegisterAction is the older form of Register.
func (h handlers) RegisterAction(ctx context.Context, _ string, schema *v2.BatonActionSchema, do actions.ActionHandler) error {
	return h.Register(ctx, schema, do)
}

// act has an action done.
func (d *writeDesk) act(ctx context.Context, name string, args map[string]any) (map[string]any, error) {
	d.t.Helper()
	all := handlers{}
	if err := d.c.GlobalActions(ctx, all); err != nil {
		d.t.Fatal(err)
	}
	given, err := structpb.NewStruct(args)
	if err != nil {
		d.t.Fatal(err)
	}
	if all[name] == nil {
		d.t.Fatalf("there is no action %s", name)
	}
	result, _, err := all[name](ctx, given)
	if err == nil && result.AsMap()["success"] != true {
		d.t.Errorf("%s: the result has no success: %v", name, result)
	}
	return result.AsMap(), err
}

// jsonText is a value as JSON writes it.
func jsonText(value any) string {
	content, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(content)
}
