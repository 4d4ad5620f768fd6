package connector

import (
	"encoding/json"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
)

// Cursor is a page token: all that the page needs, since any worker may read it, in a process that has
// seen none of the pages before.
type Cursor struct {
	// Walk names which of a type's walks this is, "" for the only one.
	Walk string `json:"w,omitempty"`
	// Parent is the object whose relation is read, where it is one object's.
	Parent string `json:"p,omitempty"`
	// Of is the object among the parent's own whose relation is read, where a walk goes from one to the next.
	Of string `json:"o,omitempty"`
	// Batch names objects whose relation is read together, in the walk's own spelling, and what of them is still to come.
	Batch string `json:"a,omitempty"`
	// Queue names objects whose relation is read one by one, in the walk's own spelling, and whose turn is still to come.
	Queue string `json:"u,omitempty"`
	// Singly says that objects of a batch are read one by one, because the service does not give them together.
	Singly bool `json:"i,omitempty"`
	// Again says that another walk reads the same relations, and counts what is left out of them.
	Again bool `json:"e,omitempty"`
	// Cyclic says that some parents belong to another walk, because they contain each other.
	Cyclic bool `json:"c,omitempty"`
	// Fixed says that nobody can change the parent's relation by hand.
	Fixed bool `json:"f,omitempty"`
	// Next is the service's own link to the page; "" is the first page.
	Next string `json:"n,omitempty"`
	// Restarts is how often the reading began anew, because the service had forgotten the place of Next.
	Restarts int `json:"s,omitempty"`
	// Left counts by reason what the pages so far have left out, in the walk's own spelling, where that is told of at the
	// end: a reading that is given up and begun in another way would count it twice.
	Left string `json:"l,omitempty"`
	// Tally is how far the listing of a collection has come.
	Tally
}

// maxRestarts bounds how often one reading begins anew.
const maxRestarts = 3

// maxToken is the SDK's bound on a page token.
const maxToken = 1 << 20

// Token encodes the cursor.
func (c Cursor) Token() (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", status.Errorf(codes.Internal, "encode the page token: %v", err)
	}
	if len(b) > maxToken {
		return "", status.Errorf(codes.Internal, "the page token has %d bytes; %d are allowed", len(b), maxToken)
	}
	return string(b), nil
}

// ParseCursor decodes a page token. The empty token is the zero cursor; anything else that Token did not
// write is InvalidArgument.
func ParseCursor(token string) (Cursor, error) {
	if token == "" {
		return Cursor{}, nil
	}
	var c Cursor
	if err := json.Unmarshal([]byte(token), &c); err != nil || c == (Cursor{}) {
		return Cursor{}, status.Error(codes.InvalidArgument, "the page token is not one of this connector's")
	}
	return c, nil
}

// NextPage is the answer that continues the cursor at the service's next link, or ends the walk where
// there is none. More cursors are handed to other workers as siblings.
func NextPage(c Cursor, next string, more ...Cursor) (*rs.SyncOpResults, error) {
	if next == "" {
		return siblings(&rs.SyncOpResults{}, more)
	}
	c.Next = next
	return Resume(c, more...)
}

// Resume is the answer that goes on with the cursor as it stands.
func Resume(c Cursor, more ...Cursor) (*rs.SyncOpResults, error) {
	token, err := c.Token()
	if err != nil {
		return nil, err
	}
	return siblings(&rs.SyncOpResults{NextPageToken: token}, more)
}

// Restarted answers the failure of a later page with the reading begun anew, where that is the remedy: the
// service has forgotten the place (codes.Aborted, see Status). Rows that come twice are the same rows. The
// siblings of a reading that has begun anew differ by Restarts from those that it had before.
func Restarted(c Cursor, err error) (*rs.SyncOpResults, error) {
	if status.Code(err) != codes.Aborted || c.Next == "" || c.Restarts == maxRestarts {
		return nil, err
	}
	c.Next, c.Left, c.Tally = "", "", Tally{}
	c.Restarts++
	return Resume(c)
}

// CheckMoved is the error of a list that moved while it was read: one that Restarted begins anew, until the bound is
// reached; then DataLoss.
func (c Cursor) CheckMoved(collection string, last int64) error {
	if c.Next != "" && c.Restarts < maxRestarts {
		return status.Errorf(codes.Aborted, "the list of %s moved while it was read", collection)
	}
	return status.Errorf(codes.DataLoss, "the list of %s moved each time that it was read, and rows may have slipped from page to page (%d were read, the service counts %d): the sync is given up, "+
		"since what slipped would look as if it were deleted. Run it again when less is changed", collection, c.Rows, last)
}

// siblings names each cursor once: a page may hold an object twice, and the SDK fails a sync at the second.
func siblings(out *rs.SyncOpResults, more []Cursor) (*rs.SyncOpResults, error) {
	if len(more) == 0 {
		return out, nil
	}
	tokens, known := make([]string, 0, len(more)), map[Cursor]bool{}
	for _, m := range more {
		if known[m] {
			continue
		}
		known[m] = true
		token, err := m.Token()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
	}
	out.Annotations = annotations.New(v2.EnqueuePageTokens_builder{PageTokens: tokens}.Build())
	return out, nil
}
