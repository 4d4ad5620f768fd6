package entra

import (
	"context"
	"encoding/json"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// The pages of a list come one after the other, since each link to the next comes with the page before it. So many users
// are listed in parts, bounded by their security identifiers, whose pages take turns: while those of the others are read,
// the next page of a part is on its way. A security identifier never changes, so that no user moves from part to part,
// and what is above a bound or below it is all there is, in whatever order the service has them.
//
// Where a part cannot be read, or is no part since the service ignores the filter, or the parts have fewer users than the
// service counts, the list begins anew as a whole, and the connector lists users as a whole for a day.

const (
	walkParts = "parts"
	// walkWhole is the list that took the place of one in parts.
	walkWhole = "whole"
	// manyUsers is how many users a tenant has at least whose users are listed in parts: ten pages of them.
	manyUsers = 9_990
	// countLag is for how long before the list a user may have been made whom the service's count does not know of yet.
	countLag = time.Minute
)

// userBounds part the security identifiers. The number behind S-1-12-1- is drawn evenly from 32 bits: a quarter of them
// begins with 1, another with 2, another with 3.
func userBounds() []string { return []string{"S-1-12-1-2", "S-1-12-1-3", "S-1-12-1-4"} }

// userParts is how far the parts have come: what the Next of a cursor holds in the place of a link.
type userParts struct {
	// Open are the parts that are not at their end, in the order of their turns.
	Open []userPart `json:"open"`
	// First is the user on top of the first page that has any. Another part that begins with it is none.
	First string `json:"first,omitempty"`
}

// userPart is the users from one bound to the next.
type userPart struct {
	Number int `json:"number"`
	// Next is the link to its next page, "" for its first.
	Next string `json:"next,omitempty"`
	// Top is the user on top of its last page.
	Top string `json:"top,omitempty"`
}

// haveParts says whether a list that begins is one in parts. Sign-in activity and mailboxes have limits of their own, that
// parts would only run into sooner.
func (s *userSyncer) haveParts(cursor connector.Cursor) bool {
	q := s.query("")
	return cursor.Walk == "" && cursor.Next == "" && cursor.Counted >= s.c.partsFrom && !s.c.shortcuts.userParts.is(s.c.clock) &&
		!q.SignInActivity && q.Top == 0
}

// readPart reads the page whose turn it is.
func (s *userSyncer) readPart(ctx context.Context, cursor *connector.Cursor) (graph.Page[graph.User], error) {
	parts, err := parseUserParts(cursor.Next)
	if err != nil {
		return graph.Page[graph.User]{}, err
	}
	if cursor.Next == "" {
		cursor.Began = s.c.clock.Now().Add(-countLag).Unix()
	}
	turn := parts.Open[0]
	q := s.query(cursor.Walk)
	q.From, q.To = turn.bounds()
	page, err := s.c.graph.ListUsers(ctx, q, turn.Next)
	switch forgotten := graph.PageForgotten(err) && cursor.Restarts == 0; {
	case err != nil && (forgotten || ctx.Err() != nil || graph.Throttled(err)):
		return page, err // the parts begin anew, or this page is asked for once more
	case err != nil:
		return s.readWhole(ctx, cursor, zap.Error(err))
	}
	if why := parts.took(page); why != "" {
		return s.readWhole(ctx, cursor, zap.String("reason", why))
	}
	for _, u := range page.Items {
		if u.CreatedDateTime != nil && u.CreatedDateTime.Unix() >= cursor.Began {
			cursor.New++
		}
	}
	if len(parts.Open) > 0 {
		page.Next, err = parts.text()
		return page, err
	}
	return s.checkParts(ctx, cursor, page)
}

// took ends the turn of the first of the parts with its page. It says why the parts are not to be trusted, "" where they
// are: rows that come twice would make up for others that do not come.
func (p *userParts) took(page graph.Page[graph.User]) (why string) {
	turn := p.Open[0]
	p.Open = p.Open[1:]
	if len(page.Items) > 0 {
		top := page.Items[0].ID
		switch {
		case turn.Next == "" && top == p.First:
			return "the service ignores the filter"
		case turn.Next != "" && top == turn.Top:
			return "the service gave a page twice"
		case p.First == "":
			p.First = top
		}
		turn.Top = top
	}
	if turn.Next = page.Next; page.Next != "" {
		p.Open = append(p.Open, turn)
	}
	return ""
}

// checkParts holds the parts, of which this is the last page, against the service's count: who is in none of them would
// be lost. Who was made since the list began may not be counted, so that they do not make up for anybody. Where the parts
// fall short users may have been deleted meanwhile, so that the count is asked for once more.
func (s *userSyncer) checkParts(ctx context.Context, cursor *connector.Cursor, last graph.Page[graph.User]) (graph.Page[graph.User], error) {
	rows := cursor.Rows + int64(len(last.Items)) - cursor.New
	if rows >= cursor.Counted {
		return last, nil
	}
	var err error
	if cursor.Counted, err = s.c.graph.CountUsers(ctx); err != nil {
		return graph.Page[graph.User]{}, err
	}
	if rows < cursor.Counted {
		return s.readWhole(ctx, cursor, zap.Int64("users", rows), zap.Int64("counted", cursor.Counted))
	}
	return last, nil
}

// readWhole begins the list anew, as a whole. Where that fails as well it was not the parts: their page is to be read once
// more.
func (s *userSyncer) readWhole(ctx context.Context, cursor *connector.Cursor, why ...zap.Field) (graph.Page[graph.User], error) {
	page, err := s.c.graph.ListUsers(ctx, s.query(walkWhole), "")
	if err != nil {
		return page, err
	}
	if s.c.shortcuts.userParts.close(s.c.clock) {
		ctxzap.Extract(ctx).Warn("the tenant does not list its users in parts, or not all of them: they are listed as a whole for a day", why...)
	}
	cursor.Walk, cursor.Restarts, cursor.Tally = walkWhole, 0, connector.Tally{Counted: cursor.Counted}
	return page, nil
}

// bounds are what a part lies between, "" where there is no bound.
func (p userPart) bounds() (from, to string) {
	bounds := userBounds()
	if p.Number > 0 {
		from = bounds[p.Number-1]
	}
	if p.Number < len(bounds) {
		to = bounds[p.Number]
	}
	return from, to
}

// text is what parseUserParts reads, "" once all parts are at their end.
func (p userParts) text() (string, error) {
	if len(p.Open) == 0 {
		return "", nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return "", status.Errorf(codes.Internal, "encode how far the parts of the list of users have come: %v", err)
	}
	return string(text), nil
}

// parseUserParts reads how far the parts have come; "" is the beginning. What text did not write is InvalidArgument.
func parseUserParts(text string) (userParts, error) {
	var parts userParts
	if text == "" {
		for i := range len(userBounds()) + 1 {
			parts.Open = append(parts.Open, userPart{Number: i})
		}
		return parts, nil
	}
	err := json.Unmarshal([]byte(text), &parts)
	if err != nil || len(parts.Open) == 0 {
		return parts, badUserParts()
	}
	for _, part := range parts.Open {
		if part.Number < 0 || part.Number > len(userBounds()) {
			return parts, badUserParts()
		}
	}
	return parts, nil
}

func badUserParts() error {
	return status.Error(codes.InvalidArgument, "the page token is not one of this connector's: the parts of the list of users cannot be read")
}
