package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// MaxDeltaGroups is how many groups the filter of one delta names at most.
// https://learn.microsoft.com/graph/api/group-delta
const MaxDeltaGroups = 50

// GroupDelta is a group with the part of its members that one page of a delta gives. The same group may come
// again, on the page or on later ones, with other members or with the same.
type GroupDelta struct {
	ID      string         `json:"id"`
	Changes []MemberChange `json:"members@delta"`
	// Removed is set where the group is gone: deleted, or on its way there.
	Removed *Removal `json:"@removed"`
}

func (g GroupDelta) rowID() string { return g.ID }

// MemberChange is a member that a group has, or has no more.
type MemberChange struct {
	Object
	Removed *Removal `json:"@removed"`
}

// Removal says why something is gone: "changed" is a soft deletion, "deleted" is for good.
type Removal struct {
	Reason string `json:"reason"`
}

// ErrDeltaUnfit is the error of a delta that the service answers in a way that leads to no end: its groups have to be
// listed one by one.
var ErrDeltaUnfit = errors.New("the delta of groups does not come to an end")

// Members returns the members that the page names, each once, without those that it says are gone.
func (g GroupDelta) Members() []Object {
	last := make(map[string]int, len(g.Changes))
	for i, change := range g.Changes {
		last[change.ID] = i
	}
	members := make([]Object, 0, len(last))
	for i, change := range g.Changes {
		if last[change.ID] == i && change.Removed == nil {
			members = append(members, change.Object)
		}
	}
	return members
}

// GroupMembersDelta returns a page of the direct members of up to MaxDeltaGroups groups: the first page of a new
// delta, which gives what is there now, or the page at next. There is a next page until Delta is set.
//
// A page has up to 200 groups and 500 links, however they are spread (msgraph-sdk-dotnet#574), and costs one resource
// unit: reading each group's list costs two for 999 members, and a request for each group. An id that no group has is
// passed over without a word. Whether service principals are among the members Microsoft does not say: see
// ListServicePrincipalsWithGroups.
//
// https://learn.microsoft.com/graph/api/group-delta, least permission GroupMember.Read.All of those that show members.
func (c *Client) GroupMembersDelta(ctx context.Context, groupIDs []string, next string) (Page[GroupDelta], error) {
	op := fmt.Sprintf("read the members of %d groups by delta", len(groupIDs))
	page, err := list[GroupDelta](ctx, c, listing{op: op, first: func(bool) (*abstractions.RequestInformation, error) {
		return c.sdk.Groups().Delta().ToGetRequestInformation(ctx, &groups.DeltaRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.DeltaRequestBuilderGetQueryParameters{Select: []string{"id", "members"}, Filter: ptr(anyOf(groupIDs))},
		})
	}}, next)
	if errors.Is(err, errSameLink) { // seen where members were asked for: microsoft-graph-docs#4263
		err = fmt.Errorf("%w: %w", err, ErrDeltaUnfit)
	}
	if err == nil {
		err = checkDelta(op, page)
	}
	if err != nil {
		return Page[GroupDelta]{}, err
	}
	return page, nil
}

func checkDelta(op string, page Page[GroupDelta]) error {
	if page.Next == "" && page.Delta == "" {
		return fmt.Errorf("graph: %s: a page has neither a next link nor a delta link: %w", op, ErrDeltaUnfit)
	}
	for _, g := range page.Items {
		for _, change := range g.Changes {
			if change.ID == "" {
				return fmt.Errorf("graph: %s: a member of group %s has no id", op, g.ID)
			}
		}
	}
	return nil
}

// anyOf is the one filter that a delta of groups takes.
func anyOf(ids []string) string {
	terms := make([]string, len(ids))
	for i, id := range ids {
		terms[i] = "id eq " + literal(id)
	}
	return strings.Join(terms, " or ")
}

// Unsupported says of an error whether the service refuses the kind of request, to everybody or to this application, so
// that what was asked for has to be read in another way.
func Unsupported(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.PageTokenExpired() {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone, http.StatusNotImplemented:
		return true
	}
	return false
}
