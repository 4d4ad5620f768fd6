package graph

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	kiota "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// The page decoder against the two others that there are: encoding/json, which takes the body as a whole and so is
// given it from a buffer, and the models of Microsoft's SDK, each property parsed and none read. What is not the
// decoder's own work, the reading of the body into a buffer, counts for who needs it.

// BenchmarkDecodePage_Users is a page of users with their managers, as ListUsers asks for it.
func BenchmarkDecodePage_Users(b *testing.B) {
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
	benchPage[User](b, body, models.CreateUserCollectionResponseFromDiscriminatorValue)
}

// BenchmarkDecodePage_GroupLinks is a page of groups with up to ExpandLimit members each.
func BenchmarkDecodePage_GroupLinks(b *testing.B) {
	rows := madeRows(999, func(i int) string {
		return fmt.Sprintf(`{"id":%q,"groupTypes":["Unified"],"mailEnabled":true,"securityEnabled":false,"onPremisesSyncEnabled":null,"members":[%s]}`,
			madeID(i), madeRows(i%ExpandLimit, madeLink))
	})
	benchPage[GroupLinks](b, madePage(rows), models.CreateGroupCollectionResponseFromDiscriminatorValue)
}

// BenchmarkDecodePage_GroupDelta is a page of a delta of groups: 500 links of five groups.
func BenchmarkDecodePage_GroupDelta(b *testing.B) {
	rows := madeRows(5, func(i int) string {
		return fmt.Sprintf(`{"id":%q,"members@delta":[%s]}`, madeID(i), madeRows(100, madeLink))
	})
	benchPage[GroupDelta](b, madePage(rows), models.CreateGroupCollectionResponseFromDiscriminatorValue)
}

// BenchmarkDecodePage_Assignments is a page of the assignments to an application, as Graph sends them: whole.
func BenchmarkDecodePage_Assignments(b *testing.B) {
	rows := madeRows(999, func(i int) string {
		return fmt.Sprintf(`{"id":"kQ%08x-AbCdEfGhIjKlMnOpQrStUv","deletedDateTime":null,"appRoleId":%q,"createdDateTime":"2025-11-03T09:15:27.1234567Z","principalDisplayName":"Person %d",`+
			`"principalId":%q,"principalType":"User","resourceDisplayName":"An application","resourceId":%q}`, i, DefaultAppRole, i, madeID(i), madeID(7))
	})
	benchPage[AppRoleAssignment](b, madePage(rows), models.CreateAppRoleAssignmentCollectionResponseFromDiscriminatorValue)
}

func madeID(i int) string { return fmt.Sprintf("%08x-5e2d-4c1b-9a7f-%012x", uint32(i)*2654435761, i) }

func madeLink(i int) string {
	return fmt.Sprintf(`{"@odata.type":"#microsoft.graph.user","id":%q}`, madeID(i))
}

func madeRows(n int, row func(int) string) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = row(i)
	}
	return strings.Join(rows, ",")
}

func madePage(rows string) []byte {
	return []byte(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryObjects","@odata.nextLink":"https://graph.microsoft.com/v1.0/x?$skiptoken=y","value":[` + rows + `]}`)
}

// way is one to decode a page.
type way struct {
	name   string
	decode func(io.Reader) error
}

func waysTo[T row](model serialization.ParsableFactory) []way {
	return []way{
		{"stream", func(r io.Reader) error { _, err := readPage[T](r); return err }},
		{"encoding-json", func(r io.Reader) error {
			body, err := io.ReadAll(r)
			if err == nil {
				_, err = decodeWhole[T](body)
			}
			return err
		}},
		{"sdk-models", func(r io.Reader) error {
			body, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			node, err := kiota.NewJsonParseNode(body)
			if err == nil {
				_, err = node.GetObjectValue(model)
			}
			return err
		}},
	}
}

// benchPage has a page decoded in each way, as it comes out of a connection. Each tells how many times the time of the
// stream it takes, the best of its rounds against the best of the stream's, so that other work on the machine does not
// decide.
func benchPage[T row](b *testing.B, body []byte, model serialization.ParsableFactory) {
	page, err := decodePage[T](body)
	if err != nil || len(page.Items) == 0 {
		b.Fatalf("%d rows, %v", len(page.Items), err)
	}
	var stream time.Duration
	for _, w := range waysTo[T](model) {
		b.Run(w.name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			best := time.Duration(math.MaxInt64)
			for b.Loop() {
				start := time.Now()
				if err := w.decode(connection{bytes.NewReader(body)}); err != nil {
					b.Fatal(err)
				}
				best = min(best, time.Since(start))
			}
			if w.name == "stream" {
				stream = best
			}
			b.ReportMetric(float64(best.Nanoseconds())/float64(len(page.Items)), "best-ns/row")
			if stream > 0 { // else it was not chosen to run
				b.ReportMetric(float64(best)/float64(stream), "x-stream")
			}
		})
	}
}

// connection hides that all is there already, and gives what a TLS record holds at the most.
type connection struct{ from *bytes.Reader }

func (c connection) Read(p []byte) (int, error) { return c.from.Read(p[:min(len(p), 16<<10)]) }
