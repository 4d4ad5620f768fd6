package graph

import (
	"net/url"
	"strings"
	"testing"

	kiota "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// usersPage is a page of 999 users with their managers, as ListUsers asks for it.
func usersPage(b *testing.B) []byte {
	b.Helper()
	sim := startSim(b, graphsim.Options{Seed: 1, Users: 1200})
	c := simClient(b, sim)
	q := url.Values{"$select": {strings.Join(userSelect, ",")}, "$expand": {"manager($select=id,mail)"}, "$top": {"999"}}
	info, err := c.follow(sim.URL() + "/v1.0/users?" + q.Encode())
	if err != nil {
		b.Fatal(err)
	}
	body, err := c.send(b.Context(), "list users", info)
	if err != nil {
		b.Fatal(err)
	}
	return body
}

func BenchmarkDecodePage_Users999(b *testing.B) {
	body := usersPage(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		page, err := decodePage[User](body)
		if err != nil || len(page.Items) != 999 {
			b.Fatalf("%d rows, %v", len(page.Items), err)
		}
	}
}

// BenchmarkModels_Users999 is the same page through the models of Microsoft's SDK, the properties read once.
func BenchmarkModels_Users999(b *testing.B) {
	body := usersPage(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		node, err := kiota.NewJsonParseNode(body)
		if err != nil {
			b.Fatal(err)
		}
		parsed, err := node.GetObjectValue(models.CreateUserCollectionResponseFromDiscriminatorValue)
		if err != nil {
			b.Fatal(err)
		}
		if page, ok := parsed.(models.UserCollectionResponseable); !ok || len(page.GetValue()) != 999 {
			b.Fatal("not a page of 999 users")
		}
	}
}
