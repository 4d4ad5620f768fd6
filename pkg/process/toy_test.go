package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/connectorrunner"
	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/conductorone/baton-sdk/pkg/types/entitlement"
	"github.com/conductorone/baton-sdk/pkg/types/grant"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/spf13/viper"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The test binary is also the program under test: with toyVariable set it is a connector of toyPages pages, which asks
// the test at controlVariable, page by page, what to do.
const (
	toyName         = "baton-toy"
	toyRefused      = "refused" // the kind of toy whose credentials are refused
	writePage       = 100       // what the toy calls a write when it asks the test
	toyVariable     = "PROCESS_TEST_TOY"
	controlVariable = "PROCESS_TEST_CONTROL"
	toyPages        = 3
	toySentence     = "toy: list things: consent is missing"
)

func TestMain(m *testing.M) {
	if os.Getenv(toyVariable) == "" {
		os.Exit(m.Run())
	}
	Run(context.Background(), toyName, "v1.2.3", field.NewConfiguration(nil), newToy,
		connectorrunner.WithSessionStoreEnabled(),
		connectorrunner.WithDefaultCapabilitiesConnectorBuilderV2(toy{}),
	)
}

func newToy(context.Context, *viper.Viper, *cli.ConnectorOpts) (
	connectorbuilder.ConnectorBuilderV2, []connectorbuilder.Opt, error,
) {
	if os.Getenv(toyVariable) == "no-settings" {
		return nil, nil, errors.New("a tenant is needed: set --tenant")
	}
	return toy{}, nil, nil
}

type toy struct{}

func (toy) Metadata(context.Context) (*v2.ConnectorMetadata, error) {
	return v2.ConnectorMetadata_builder{DisplayName: "Toy"}.Build(), nil
}

func (toy) Validate(context.Context) (annotations.Annotations, error) {
	if os.Getenv(toyVariable) == toyRefused {
		return nil, status.Error(codes.Unauthenticated, "toy: sign-in is refused")
	}
	return nil, nil
}

func (toy) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	return []connectorbuilder.ResourceSyncerV2{things{}}
}

type things struct{}

func (things) ResourceType(context.Context) *v2.ResourceType {
	return v2.ResourceType_builder{Id: "thing", DisplayName: "Thing"}.Build()
}

// List returns one thing per page, if the test agrees.
func (t things) List(ctx context.Context, _ *v2.ResourceId, o rs.SyncOpAttrs) (
	[]*v2.Resource, *rs.SyncOpResults, error,
) {
	page, _ := strconv.Atoi("0" + o.PageToken.Token)
	if err := obey(ctx, page); err != nil {
		return nil, nil, err
	}
	thing, err := rs.NewResource(fmt.Sprintf("Thing %d", page), t.ResourceType(ctx), strconv.Itoa(page))
	if err != nil || page+1 == toyPages {
		return []*v2.Resource{thing}, nil, err
	}
	return []*v2.Resource{thing}, &rs.SyncOpResults{NextPageToken: strconv.Itoa(page + 1)}, nil
}

func (things) Entitlements(_ context.Context, thing *v2.Resource, _ rs.SyncOpAttrs) (
	[]*v2.Entitlement, *rs.SyncOpResults, error,
) {
	return []*v2.Entitlement{entitlement.NewPermissionEntitlement(thing, "use")}, nil, nil
}

func (things) Grants(context.Context, *v2.Resource, rs.SyncOpAttrs) ([]*v2.Grant, *rs.SyncOpResults, error) {
	return nil, nil, nil
}

// Grant writes, if the test agrees.
func (things) Grant(ctx context.Context, who *v2.Resource, what *v2.Entitlement) ([]*v2.Grant, annotations.Annotations, error) {
	if err := obey(ctx, writePage); err != nil {
		return nil, nil, err
	}
	return []*v2.Grant{grant.NewGrant(what.GetResource(), "use", who.GetId())}, nil, nil
}

// Revoke does nothing.
func (things) Revoke(context.Context, *v2.Grant) (annotations.Annotations, error) { return nil, nil }

// obey asks the test what to do at a page and does it. Without an answer it waits for its end.
func obey(ctx context.Context, page int) error {
	address := os.Getenv(controlVariable)
	if address == "" {
		return nil
	}
	answer, err := ask(address, call{Page: page, Connector: os.Getpid(), Worker: os.Getppid()})
	switch {
	case err != nil:
		<-ctx.Done()
		return ctx.Err()
	case answer == "panic":
		panic("as told")
	case answer == "crash": // the SDK recovers only from a panic in the call itself
		go panic("as told")
		<-ctx.Done()
	case answer == "exit":
		os.Exit(9)
	case answer == "fail":
		return status.Error(codes.PermissionDenied, toySentence)
	}
	return nil
}

func ask(address string, c call) (string, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	if err := json.NewEncoder(conn).Encode(c); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(answer), err
}
