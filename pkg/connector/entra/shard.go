package entra

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// A shard is up to graph.MaxDeltaGroups large groups that one delta reads. It travels in the cursor, so that any worker
// can go on with it: each group as its id, what is known of it, and marks of the members that are still to come.
//
//	<id>,<fixed><named><unseen><divided><pages>,<marks>;<id>,…
//
// The marks are those of the members that the list of groups has shown: a delta that does not give all of them is not to
// be trusted with the rest. A mark is two bytes of a hash. Two members may have the same, but hardly all twenty. Where the
// list has shown none, the delta has to give one at least.

// shard is some large groups.
type shard []shardGroup

type shardGroup struct {
	id string
	// fixed says that nobody can change the members by hand.
	fixed bool
	// named says that the delta has named the group.
	named bool
	// unseen says that no member is known that the delta could be held against, neither from the list nor from the delta.
	unseen bool
	// divided says that the shard is what was left of another one, see shard.huge.
	divided bool
	// pages is how many pages of the delta the group has had for itself, or most of them.
	pages int
	// due are the marks of members that the delta has yet to give, markSize bytes each.
	due string
}

const markSize = 2

func markOf(id string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	return string(h.Sum(nil)[:markSize])
}

// shardGroupOf expects of the delta what the list has shown, but for service principals: Microsoft does not say whether
// a delta has them, and they are found from their own side.
func shardGroupOf(p parent) shardGroup {
	g := shardGroup{id: p.id, fixed: p.fixed}
	for _, link := range p.links {
		if link.kind != graph.TypeServicePrincipal && g.place(markOf(link.id)) < 0 {
			g.due += markOf(link.id)
		}
	}
	g.unseen = g.due == ""
	return g
}

// place is where a mark stands in due, or below 0.
func (g *shardGroup) place(mark string) int {
	for i := 0; i < len(g.due); i += markSize {
		if g.due[i:i+markSize] == mark {
			return i
		}
	}
	return -1
}

// got notes members that the delta has given.
func (g *shardGroup) got(members []graph.Object) {
	g.named = true
	g.unseen = g.unseen && len(members) == 0
	for _, m := range members {
		if g.due == "" {
			return
		}
		if i := g.place(markOf(m.ID)); i >= 0 {
			g.due = g.due[:i] + g.due[i+markSize:]
		}
	}
}

// anew is the shard for another delta. What of the members was expected and has come is not expected again.
func (s shard) anew() shard {
	again := make(shard, len(s))
	for i, g := range s {
		again[i] = shardGroup{id: g.id, fixed: g.fixed, unseen: g.due == "", divided: g.divided, due: g.due}
	}
	return again
}

// whole says whether the delta has given what was expected of it.
func (g *shardGroup) whole() bool { return g.named && !g.unseen && g.due == "" }

func (s shard) ids() []string {
	ids := make([]string, len(s))
	for i, g := range s {
		ids[i] = g.id
	}
	return ids
}

// index returns where each group stands.
func (s shard) index() map[string]int {
	at := make(map[string]int, len(s))
	for i, g := range s {
		at[g.id] = i
	}
	return at
}

// text is the shard as a cursor carries it.
func (s shard) text() string {
	var b strings.Builder
	for i, g := range s {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(g.id)
		b.WriteByte(',')
		if g.fixed {
			b.WriteByte('f')
		}
		if g.named {
			b.WriteByte('n')
		}
		if g.unseen {
			b.WriteByte('u')
		}
		if g.divided {
			b.WriteByte('d')
		}
		if g.pages > 0 {
			b.WriteString(strconv.Itoa(g.pages))
		}
		b.WriteByte(',')
		b.WriteString(hex.EncodeToString([]byte(g.due)))
	}
	return b.String()
}

// parseShard reads what text wrote; "" is no group. Anything else is InvalidArgument.
func parseShard(text string) (shard, error) {
	if text == "" {
		return nil, nil
	}
	var s shard
	for entry := range strings.SplitSeq(text, ";") {
		fields := strings.Split(entry, ",")
		if len(fields) != 3 || fields[0] == "" {
			return nil, badShard(fmt.Sprintf("%d fields of a group", len(fields)))
		}
		due, err := hex.DecodeString(fields[2])
		if err != nil || len(due)%markSize != 0 {
			return nil, badShard("the marks of group " + fields[0])
		}
		flags := strings.TrimRight(fields[1], "0123456789")
		pages, err := strconv.Atoi("0" + fields[1][len(flags):])
		if err != nil {
			return nil, badShard("the pages of group " + fields[0])
		}
		is := func(flag string) bool { return strings.Contains(flags, flag) }
		s = append(s, shardGroup{id: fields[0], fixed: is("f"), named: is("n"), unseen: is("u"), divided: is("d"), pages: pages, due: string(due)})
	}
	return s, nil
}

func badShard(what string) error {
	return status.Errorf(codes.InvalidArgument, "the page token is not one of this connector's: its groups cannot be read: %s", what)
}
