package onelogin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Event is a record of the account's log.
type Event struct {
	ID          ID     `json:"id"`
	CreatedAt   Time   `json:"created_at"`
	TypeID      int    `json:"event_type_id"`
	UserID      ID     `json:"user_id"`
	UserName    string `json:"user_name"`
	ActorUserID ID     `json:"actor_user_id"`
	RoleID      ID     `json:"role_id"`
	RoleName    string `json:"role_name"`
	AppID       ID     `json:"app_id"`
	AppName     string `json:"app_name"`
	GroupID     ID     `json:"group_id"`
	ObjectID    ID     `json:"object_id"`
}

func (e Event) rowID() string { return string(e.ID) }

// eventTime is the form of moments in filters: ISO 8601 with milliseconds.
const eventTime = "2006-01-02T15:04:05.000Z"

// ListEvents returns a page of the log from a moment to another, the oldest first; a zero until is open. A record from
// before is an error: the service lost the filter on the way to a later page, and what follows is anything.
// OneLogin's API documentation, version 1, events. The credential's scope is Read Users.
func (c *Client) ListEvents(ctx context.Context, since, until time.Time, limit int, cursor string) (Page[Event], error) {
	query := url.Values{"since": {since.UTC().Format(eventTime)}, "sort": {"+created_at"}}
	if !until.IsZero() {
		query.Set("until", until.UTC().Format(eventTime))
	}
	if limit <= 0 || limit > maxV1 {
		limit = maxV1
	}
	page, err := listV1[Event](ctx, c, listing{op: "list events", path: []string{"api", "1", "events"}, query: query, limit: limit}, cursor)
	if err != nil {
		return Page[Event]{}, err
	}
	for _, e := range page.Items {
		if !e.CreatedAt.IsZero() && e.CreatedAt.Before(since.Add(-time.Second)) {
			return Page[Event]{}, fmt.Errorf("onelogin: list events: record %s is of a time before that asked for", e.ID)
		}
	}
	return page, nil
}

// laneEventTypes is the lane of the types of records.
const laneEventTypes = "event types"

// Lanes are the parts of the API that have limits of their own, so that a refusal there holds back nothing else. What
// the limit of the types of records is, is not documented.
func Lanes() []transport.Lane {
	return []transport.Lane{{Name: laneEventTypes, Requests: 1, Per: time.Second}}
}

// EventType is what a record of the log tells of.
type EventType struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

func (t EventType) rowID() string { return string(t.ID) }

// Number is the id as records have it; 0 where it is none.
func (t EventType) Number() int {
	n, err := strconv.Atoi(string(t.ID))
	if err != nil {
		return 0
	}
	return n
}

// ListEventTypes returns the types of records. The call has a limit of its own, tighter than others.
// OneLogin's API documentation, version 1, events. The credential's scope is Read Users.
func (c *Client) ListEventTypes(ctx context.Context) ([]EventType, error) {
	in := call{op: "list event types", method: http.MethodGet, path: []string{"api", "1", "events", "types"}}
	got, err := c.send(transport.WithLane(ctx, laneEventTypes), in)
	if err != nil {
		return nil, err
	}
	data, ok := envelopeData(got.body)
	if !ok {
		data = got.body
	}
	return decodeRows[EventType](data)
}
