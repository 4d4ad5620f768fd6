package entra

import (
	"context"
	"errors"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// How the members of large groups are read: up to graph.MaxDeltaGroups of them in one delta, whose pages hold the
// members of whichever groups, 500 at a time. A tenant with 6,000 large groups takes a third of the requests that a list
// for each group takes. What a delta does not give is read another way, and nothing of it is lost:
//
//  1. Where the tenant refuses deltas, or one leads to no end, each group of the shard is listed on its own.
//  2. A group that the delta does not name, or of which it leaves out a member that the list of groups has shown, or gives
//     none where the list has shown none, is listed on its own as well.
//  3. Where the service has forgotten the place in the middle of a delta, the shard begins anew, a few times, and is
//     listed group by group after that.
//  4. A group that turns out to be huge leaves its shard (shard_divide.go).
//  5. Service principals may be missing in deltas: they come from their own side (principal_groups.go).
//
// A link that comes twice gives the same grant twice, which is one grant.

const walkShard = "shard"

// maxDeltaPages is how many pages a delta may have: ten million members of fifty groups. One that has more leads in a
// circle (microsoft-graph-docs#4263), which shows in no single link.
const maxDeltaPages = 20_000

// large makes the cursors of large groups: shards as far as they are full, and the rest goes along to the next page.
func (w walk) large(cursor connector.Cursor, next string, parents []parent) (connector.Cursor, []connector.Cursor, error) {
	if !w.shards || cursor.Singly {
		return cursor, w.singly(cursor, parents), nil
	}
	waiting, err := parseShard(cursor.Batch)
	if err != nil {
		return cursor, nil, err
	}
	known := waiting.index()
	for _, p := range parents {
		if _, twice := known[p.id]; !twice {
			known[p.id] = len(waiting)
			waiting = append(waiting, shardGroupOf(p))
		}
	}
	var full []connector.Cursor
	for len(waiting) >= graph.MaxDeltaGroups || next == "" && len(waiting) > 0 {
		n := min(len(waiting), graph.MaxDeltaGroups)
		full = append(full, connector.Cursor{Walk: walkShard, Batch: waiting[:n].text(), Restarts: cursor.Restarts})
		waiting = waiting[n:]
	}
	cursor.Batch = waiting.text()
	return cursor, full, nil
}

// singly makes cursors of parents that are read one by one.
func (w walk) singly(cursor connector.Cursor, parents []parent) []connector.Cursor {
	return oneByOne(connector.Cursor{Walk: w.name, Singly: cursor.Singly, Again: cursor.Again, Restarts: cursor.Restarts}, parents)
}

// shardGrants reads a page of the members of a shard.
func (s *groupSyncer) shardGrants(ctx context.Context, o rs.SyncOpAttrs, cursor connector.Cursor) ([]*v2.Grant, *rs.SyncOpResults, error) {
	groups, err := parseShard(cursor.Batch)
	if err != nil {
		return nil, nil, err
	}
	if s.c.shortcuts.delta.is(s.c.clock) {
		return s.listed(cursor, groups)
	}
	page, err := s.c.graph.GroupMembersDelta(ctx, groups.ids(), cursor.Next)
	if err != nil {
		return s.withoutDelta(ctx, cursor, groups, err)
	}
	if cursor.Pages++; cursor.Pages > maxDeltaPages {
		return s.withoutDelta(ctx, cursor, groups, graph.ErrDeltaUnfit)
	}
	parents := groups.take(page.Items)
	groups.fill(parents)
	grants, r, err := s.pageGrants(ctx, o, parents)
	if err != nil {
		return nil, nil, err
	}
	if gone := groups.gone(page.Items); gone > 0 {
		r.left[reasonDeleted] += gone
	}
	if err := r.leftBefore(cursor.Left); err != nil {
		return nil, nil, err
	}
	results, whole, err := s.afterShard(ctx, cursor, groups, page.Next, r)
	if err != nil {
		return nil, nil, err
	}
	if whole {
		r.report(o)
	}
	return grants, results, nil
}

// pageGrants makes the grants of the members on a page, and tells what is left out of them.
func (s *groupSyncer) pageGrants(ctx context.Context, o rs.SyncOpAttrs, parents []parent) ([]*v2.Grant, *resolver, error) {
	r, err := s.c.resolve(ctx, o, idsOf(parents))
	if err != nil {
		return nil, nil, connector.Status(err)
	}
	r.members = true
	w := s.members(false)
	var grants []*v2.Grant
	for _, p := range parents {
		grants = append(grants, w.grantsTo(p, p.links, r)...)
	}
	return grants, r, nil
}

// afterShard goes on with the next page, or at the end with the groups of which the delta has not given enough. It says
// whether the shard has been read to its end: what was left out is told of then, that of groups which are listed now once
// more.
func (s *groupSyncer) afterShard(ctx context.Context, cursor connector.Cursor, groups shard, next string, r *resolver) (results *rs.SyncOpResults, whole bool, err error) {
	cursor.Batch = groups.text()
	if next != "" {
		if huge := groups.huge(); huge >= 0 {
			results, err = s.divided(cursor, groups, huge)
			return results, false, err
		}
		cursor.Left = r.leftText()
		results, err = connector.NextPage(cursor, next)
		return results, false, err
	}
	var lacking shard
	for _, g := range groups {
		if !g.whole() {
			lacking = append(lacking, g)
		}
	}
	if len(lacking) > 0 {
		ctxzap.Extract(ctx).Warn("the delta of groups left out groups, or members that the list of groups has shown: these groups are listed one by one",
			zap.Int("groups", len(lacking)), zap.Strings("group ids", lacking.ids()))
	}
	_, results, err = s.listed(cursor, lacking)
	return results, true, err
}

// withoutDelta goes on where a page of a delta could not be read.
func (s *groupSyncer) withoutDelta(ctx context.Context, cursor connector.Cursor, groups shard, err error) ([]*v2.Grant, *rs.SyncOpResults, error) {
	failed := connector.Status(err)
	cursor.Batch = groups.anew().text() // for a delta that begins anew
	if results, failedStill := connector.Restarted(cursor, failed); failedStill == nil {
		return nil, results, nil
	}
	refused := graph.Unsupported(err)
	if !refused && !graph.PageForgotten(err) && !errors.Is(err, graph.ErrDeltaUnfit) {
		return nil, nil, failed
	}
	log := ctxzap.Extract(ctx)
	switch {
	case refused && cursor.Next == "":
		if s.c.shortcuts.delta.close(s.c.clock) {
			log.Warn("the tenant refuses to give the members of groups by delta: large groups are listed one by one for a day", zap.Error(err))
		}
	default:
		log.Warn("a delta of groups did not come to its end: its groups are listed one by one", zap.Int("groups", len(groups)), zap.Error(err))
	}
	return s.listed(cursor, groups)
}

// listed lists the groups of a shard one by one.
func (s *groupSyncer) listed(cursor connector.Cursor, groups shard) ([]*v2.Grant, *rs.SyncOpResults, error) {
	parents := make([]parent, len(groups))
	for i, g := range groups {
		parents[i] = parent{id: g.id, fixed: g.fixed}
	}
	results, err := connector.NextPage(cursor, "", s.members(false).singly(cursor, parents)...)
	return nil, results, err
}
