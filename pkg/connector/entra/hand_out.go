package entra

import (
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// Parents that are read one by one are handed out to the SDK's workers a few at a time. The SDK takes cursors in the order
// in which it learns of them, so that a thousand applications at once would keep every worker from the lists that are
// found meanwhile, and the longest of these, where each page waits for the one before, would begin last and end alone.
//
// A cursor of those that wait names them in its Queue:
//
//	<id>,<fixed>;<id>,<fixed>;…

// handedOut is how many parents are handed out at a time.
const handedOut = 16

// oneByOne makes cursors of parents whose relation is read one by one, like the given cursor in all else: of some of
// them, and of those that wait.
func oneByOne(like connector.Cursor, parents []parent) []connector.Cursor {
	var cursors []connector.Cursor
	for _, p := range parents[:min(len(parents), handedOut)] {
		like.Parent, like.Fixed = p.id, p.fixed
		cursors = append(cursors, like)
	}
	if len(parents) <= handedOut {
		return cursors
	}
	like.Parent, like.Fixed, like.Queue = "", false, queueText(parents[handedOut:])
	return append(cursors, like)
}

// handOut hands out some more of those that wait.
func handOut(cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	waiting, err := parseQueue(cursor.Queue)
	if err != nil {
		return nil, nil, err
	}
	cursor.Queue = ""
	results, err := connector.NextPage(cursor, "", oneByOne(cursor, waiting)...)
	return nil, results, err
}

func queueText(parents []parent) string {
	var b strings.Builder
	for i, p := range parents {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(p.id)
		b.WriteByte(',')
		if p.fixed {
			b.WriteByte('f')
		}
	}
	return b.String()
}

// parseQueue reads what queueText wrote. Anything else is InvalidArgument.
func parseQueue(text string) ([]parent, error) {
	var parents []parent
	for entry := range strings.SplitSeq(text, ";") {
		id, fixed, found := strings.Cut(entry, ",")
		if id == "" || !found || fixed != "" && fixed != "f" {
			return nil, status.Errorf(codes.InvalidArgument, "the page token is not one of this connector's: of those that wait, number %d cannot be read", len(parents)+1)
		}
		parents = append(parents, parent{id: id, fixed: fixed != ""})
	}
	return parents, nil
}
