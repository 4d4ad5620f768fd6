package conductoronesim

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/config"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/crypto"
	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/conductorone/baton-sdk/pkg/pagination"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/spf13/viper"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The test binary is also a connector: with toyVariable set it runs on the SDK alone, which is what this package is
// tried against. "slow" never ends the list of things.
const (
	toyVariable = "CONDUCTORONESIM_TOY"
	toyThings   = 3
	toyPassword = "made up by the toy"
)

func TestMain(m *testing.M) {
	if os.Getenv(toyVariable) == "" {
		os.Exit(m.Run())
	}
	config.RunConnector(context.Background(), "baton-toy", "v1.2.3", field.NewConfiguration(nil),
		func(context.Context, *viper.Viper, *cli.ConnectorOpts) (connectorbuilder.ConnectorBuilderV2, []connectorbuilder.Opt, error) {
			return toy{}, nil, nil
		})
}

type toy struct{}

func (toy) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{DisplayName: "Toy"}.Build(), nil
}

func (toy) Validate(context.Context) (annotations.Annotations, error) { return nil, nil }

func (toy) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	return []connectorbuilder.ResourceSyncerV2{things{}}
}

func (toy) EventFeeds(context.Context) []connectorbuilder.EventFeed {
	return []connectorbuilder.EventFeed{feed{}}
}

func (toy) GlobalActions(ctx context.Context, registry actions.ActionRegistry) error {
	echo := v2.BatonActionSchema_builder{Name: "echo", DisplayName: "Echo"}.Build()
	return registry.Register(ctx, echo, func(_ context.Context, args *structpb.Struct) (*structpb.Struct, annotations.Annotations, error) {
		return args, nil, nil
	})
}

type feed struct{}

func (feed) EventFeedMetadata(context.Context) *v2.EventFeedMetadata {
	return v2.EventFeedMetadata_builder{
		Id: "toy", SupportedEventTypes: []v2.EventType{v2.EventType_EVENT_TYPE_RESOURCE_CHANGE},
	}.Build()
}

// ListEvents tells of one change, and what it was asked in the cursor.
func (feed) ListEvents(_ context.Context, since *timestamppb.Timestamp, t *pagination.StreamToken) (
	[]*v2.Event, *pagination.StreamState, annotations.Annotations, error,
) {
	event := v2.Event_builder{
		Id: "event 1", OccurredAt: since,
		ResourceChangeEvent: v2.ResourceChangeEvent_builder{ResourceId: thingID(0)}.Build(),
	}.Build()
	return []*v2.Event{event}, &pagination.StreamState{Cursor: fmt.Sprintf("%s+%d", t.Cursor, t.Size)}, nil, nil
}

// things are principals, accounts and what is granted, all in one.
type things struct{}

func thingID(n int) *v2.ResourceId {
	return v2.ResourceId_builder{ResourceType: "thing", Resource: strconv.Itoa(n)}.Build()
}

func thing(n int) *v2.Resource {
	return v2.Resource_builder{Id: thingID(n), DisplayName: fmt.Sprintf("Thing %d", n)}.Build()
}

func (things) ResourceType(context.Context) *v2.ResourceType {
	return v2.ResourceType_builder{Id: "thing", DisplayName: "Thing", Traits: []v2.ResourceType_Trait{v2.ResourceType_TRAIT_USER}}.Build()
}

func (things) List(ctx context.Context, _ *v2.ResourceId, _ rs.SyncOpAttrs) ([]*v2.Resource, *rs.SyncOpResults, error) {
	switch os.Getenv(toyVariable) {
	case "slow":
		<-ctx.Done()
		return nil, nil, ctx.Err()
	case "broken":
		return nil, nil, status.Error(codes.PermissionDenied, "toy: consent is missing")
	}
	var all []*v2.Resource
	for n := range toyThings {
		r, err := rs.NewUserResource(fmt.Sprintf("Thing %d", n), things{}.ResourceType(ctx), strconv.Itoa(n), nil)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, r)
	}
	return all, nil, nil
}

func (things) Get(_ context.Context, id, _ *v2.ResourceId) (*v2.Resource, annotations.Annotations, error) {
	n, err := strconv.Atoi(id.GetResource())
	if err != nil {
		return nil, nil, status.Error(codes.NotFound, "toy: no such thing")
	}
	return thing(n), nil, nil
}

func (things) Entitlements(_ context.Context, r *v2.Resource, _ rs.SyncOpAttrs) ([]*v2.Entitlement, *rs.SyncOpResults, error) {
	return []*v2.Entitlement{entitlement.NewAssignmentEntitlement(r, "friend")}, nil, nil
}

func (things) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

func (things) Grant(_ context.Context, who *v2.Resource, what *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	if who.GetId().GetResource() == what.GetResource().GetId().GetResource() {
		return nil, nil, status.Error(codes.FailedPrecondition, "toy: nobody is a friend of itself")
	}
	return []*v2.Grant{grant.NewGrant(what.GetResource(), "friend", who.GetId())}, nil, nil
}

func (things) Revoke(context.Context, *v2.Grant) (annotations.Annotations, error) { return nil, nil }

func (things) Create(_ context.Context, r *v2.Resource) (*v2.Resource, annotations.Annotations, error) {
	return r, nil, nil
}

func (things) Delete(context.Context, *v2.ResourceId, *v2.ResourceId) (annotations.Annotations, error) {
	return nil, nil
}

// CreateAccount shows an encrypted password that it was sent as the display name of what it made.
func (things) CreateAccount(_ context.Context, info *v2.AccountInfo, o *v2.LocalCredentialOptions) (
	connectorbuilder.CreateAccountResponse, []*v2.PlaintextData, annotations.Annotations, error,
) {
	made := thing(toyThings)
	made.SetDisplayName(info.GetLogin() + " " + o.GetPlaintextPassword().GetPlaintextPassword())
	return v2.CreateAccountResponse_SuccessResult_builder{IsCreateAccountResult: true, Resource: made}.Build(), secretOf(o), nil, nil
}

func secretOf(o *v2.LocalCredentialOptions) []*v2.PlaintextData {
	if o.GetRandomPassword() == nil {
		return nil
	}
	return []*v2.PlaintextData{v2.PlaintextData_builder{Name: "password", Bytes: []byte(toyPassword)}.Build()}
}

func (things) CreateAccountCapabilityDetails(context.Context) (*v2.CredentialDetailsAccountProvisioning, annotations.Annotations, error) {
	return v2.CredentialDetailsAccountProvisioning_builder{
		SupportedCredentialOptions: []v2.CapabilityDetailCredentialOption{
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_ENCRYPTED_PASSWORD,
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD,
		},
		PreferredCredentialOption: v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
	}.Build(), nil, nil
}

func (things) Rotate(ctx context.Context, _ *v2.ResourceId, o *v2.LocalCredentialOptions) ([]*v2.PlaintextData, annotations.Annotations, error) {
	password, err := crypto.GeneratePassword(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	return []*v2.PlaintextData{v2.PlaintextData_builder{Name: "password", Bytes: []byte(password)}.Build()}, nil, nil
}

func (things) RotateCapabilityDetails(context.Context) (*v2.CredentialDetailsCredentialRotation, annotations.Annotations, error) {
	return v2.CredentialDetailsCredentialRotation_builder{
		SupportedCredentialOptions: []v2.CapabilityDetailCredentialOption{
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
		},
		PreferredCredentialOption: v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
	}.Build(), nil, nil
}
