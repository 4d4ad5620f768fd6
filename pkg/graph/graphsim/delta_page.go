package graphsim

import (
	"net/http"
	"strconv"
	"strings"
)

// deltaEcho is the most links of a group that are given once more.
const deltaEcho = 10

// deltaPage writes the page of a round that begins at a bookmark: groups as far as the objects and the links of a page
// go, the last of them maybe in part. The rest of it comes on the next page, where the group is named again.
func (s *Server) deltaPage(c *call, mark bookmark) *reply {
	mark.path, mark.query, mark.rows = deltaPath, skipOfDelta, nil
	dice := newDice(s.options.Seed, "delta page "+mark.round.query.rest+"#"+strconv.Itoa(mark.group)+","+strconv.Itoa(mark.offset))
	empty := s.options.EmptyPages && dice.chance(20) && !mark.emptied && mark.group < len(mark.round.groups)
	next := mark
	next.emptied = false
	p := deltaWriter{tenant: s.tenant, round: mark.round, b: s.body(), objects: deltaObjects, links: deltaLinks}
	p.limit(s.options)
	if c.faultIs(NullElement) {
		p.b = append(p.b, "null"...)
	}
	if empty || c.faultIs(EmptyPage) {
		next.emptied = true
	} else {
		if dice.chance(4) {
			p.echo(mark.group, mark.offset)
		}
		next.group, next.offset = p.fill(mark.group, mark.offset)
	}
	if c.faultIs(RepeatPage) {
		next = mark
	}
	b := append(s.body(), `{"@odata.context":`...)
	b = appendString(b, c.origin()+"/v1.0/$metadata#"+contextOf(&target{set: groupSet}, mark.round.query))
	b = s.appendDeltaLink(b, c, next)
	b = append(append(b, `,"value":[`...), p.b...)
	s.bodies.Put(&p.b)
	return &reply{status: http.StatusOK, body: append(b, "]}"...), pooled: true}
}

// appendDeltaLink writes the address of the next page, or after the last one that of the next round.
func (s *Server) appendDeltaLink(b []byte, c *call, next bookmark) []byte {
	link := c.origin() + deltaPath
	switch {
	case c.faultIs(SameNextLink):
		link = strings.TrimSuffix(c.origin()+c.path+"?"+c.rawQuery, "?")
	case c.faultIs(ForeignNextLink):
		link = "https://graph.example.com" + deltaPath + "?$skiptoken=" + s.links.save(next)
	case next.group < len(next.round.groups) || c.faultIs(EmptyPage) || c.faultIs(RepeatPage):
		link += "?$skiptoken=" + s.links.save(next)
	default:
		next.query = linkOfDelta
		return appendString(append(b, `,"@odata.deltaLink":`...), link+"?$deltatoken="+s.links.save(next))
	}
	return appendString(append(b, `,"@odata.nextLink":`...), link)
}

// deltaWriter writes the groups of one page.
type deltaWriter struct {
	tenant         *Tenant
	round          *deltaRound
	b              []byte
	objects, links int // what the page has room for still
}

// limit makes the page smaller, where the options ask for it.
func (p *deltaWriter) limit(o Options) {
	if o.PageSize > 0 {
		p.objects = min(p.objects, o.PageSize)
	}
	if o.DeltaLinks > 0 {
		p.links = min(p.links, o.DeltaLinks)
	}
}

// fill writes from a place on until the page is full, and returns the place behind.
func (p *deltaWriter) fill(group, offset int) (nextGroup, nextOffset int) {
	for group < len(p.round.groups) && p.objects > 0 && p.links > 0 {
		size := p.round.groups[group].size()
		to := min(size, offset+p.links)
		p.write(group, offset, to)
		if to < size {
			return group, to
		}
		group, offset = group+1, 0
	}
	return group, offset
}

// echo gives the object that the page before ended with once more, with the last of its links: a reader has to bear
// the same twice. It leaves room for more than that.
func (p *deltaWriter) echo(group, offset int) {
	if offset == 0 {
		if group == 0 {
			return
		}
		group--
		offset = p.round.groups[group].size()
	}
	if from := max(0, offset-min(deltaEcho, p.links/2)); p.objects > 1 {
		p.write(group, from, offset)
	}
}

// write gives a group with some of its links.
func (p *deltaWriter) write(group, from, to int) {
	g := &p.round.groups[group]
	if len(p.b) > 0 {
		p.b = append(p.b, ',')
	}
	p.b = append(p.b, '{')
	for _, col := range p.round.columns {
		if g.row.values[col] == nil { // what was never set is not there
			continue
		}
		if col != 0 {
			p.b = append(p.b, ',')
		}
		p.b = g.row.appendFields(p.b, []int{col}, selected)
	}
	p.objects, p.links = p.objects-1, p.links-(to-from)
	for n, list := range g.links {
		p.writeLinks(p.round.relations[n].name, list[min(max(from, 0), len(list)):max(0, min(to, len(list)))])
		from, to = from-len(list), to-len(list)
	}
	p.b = append(p.b, '}')
}

// writeLinks gives links of one relation, by type and id alone. A group that has none does not have the annotation.
func (p *deltaWriter) writeLinks(relation string, list []string) {
	first := true
	for _, id := range list {
		o := p.tenant.object(id)
		if o == nil {
			continue
		}
		if first {
			p.b = append(append(append(p.b, `,"`...), relation...), `@delta":[`...)
		} else {
			p.b = append(p.b, ',')
		}
		first = false
		p.b = append(append(append(p.b, `{"@odata.type":"#microsoft.graph.`...), o.class.name...), `","id":"`...)
		p.b = append(append(p.b, o.id()...), `"}`...)
	}
	if !first {
		p.b = append(p.b, ']')
	}
}
