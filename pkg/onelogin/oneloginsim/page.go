package oneloginsim

import (
	"cmp"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// paging is how a list is cut into pages.
type paging struct {
	max    int // the largest page
	usual  int // where no limit is given
	render func(object) object
}

// place is where a page begins. It is all that a cursor holds: a number of a page and no snapshot, so that rows
// slip from page to page while others come and go.
type place struct {
	limit, page int
	order       string
}

func (p place) cursor(direction string) string {
	q := url.Values{"limit": {strconv.Itoa(p.limit)}, "page": {strconv.Itoa(p.page)}, "sort": {p.order}, "direction": {direction}}
	return base64.URLEncoding.EncodeToString([]byte(q.Encode()))
}

func parseCursor(cursor string) (place, bool) {
	plain, err := base64.URLEncoding.DecodeString(cursor)
	q, err2 := url.ParseQuery(string(plain))
	limit, err3 := strconv.Atoi(q.Get("limit"))
	page, err4 := strconv.Atoi(q.Get("page"))
	ok := err == nil && err2 == nil && err3 == nil && err4 == nil && limit > 0 && page > 0
	return place{limit, page, q.Get("sort")}, ok
}

// number reads a parameter that is a number above zero.
func (c *call) number(name string, otherwise int) (int, error) {
	if !c.query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(c.query.Get(name))
	if err != nil || n < 1 {
		return 0, badRequest("%s must be a number above zero", name)
	}
	return n, nil
}

// place reads where a page begins, in the parameters of the second version.
func (c *call) place(p paging) (place, error) {
	if c.query.Has("cursor") {
		if c.query.Has("limit") || c.query.Has("page") {
			return place{}, badCursor("request may use cursor xor pagination parameters")
		}
		if len(c.query) > 1 && c.s.options.CursorAlone {
			return place{}, badCursor("request may use cursor xor filter parameters")
		}
		at, ok := parseCursor(c.query.Get("cursor"))
		if !ok {
			return place{}, badCursor("the cursor is not valid")
		}
		return at, nil
	}
	limit, err := c.number("limit", p.usual)
	if err != nil {
		return place{}, err
	}
	page, err := c.number("page", 1)
	return place{c.capped(limit, p.max), page, c.query.Get("sort")}, err
}

func (c *call) capped(limit, most int) int {
	if size := c.s.options.PageSize; size > 0 {
		most = min(most, size)
	}
	return min(limit, most)
}

// list answers with a page of rows, as the second version does: a bare array, all else in headers.
func (c *call) list(rows []object, p paging) (*reply, error) {
	at, err := c.place(p)
	if err != nil {
		return nil, err
	}
	if err := sortRows(rows, at.order); err != nil {
		return nil, err
	}
	page, pages := cut(rows, at)
	answer := jsonReply(http.StatusOK, c.strike(rendered(page, p.render)))
	h := answer.header
	h.Set("Current-Page", strconv.Itoa(at.page))
	h.Set("Page-Items", strconv.Itoa(len(page)))
	h.Set("Total-Count", strconv.Itoa(len(rows)))
	h.Set("Total-Pages", strconv.Itoa(pages))
	if c.query.Has("cursor") {
		h.Set("Cursor", c.query.Get("cursor"))
	}
	if at.page > 1 {
		h.Set("Before-Cursor", place{at.limit, at.page - 1, at.order}.cursor("prev"))
	}
	if next := c.next(at, pages); next != "" {
		h.Set("After-Cursor", next)
		h.Set("Link", "<"+c.s.URL()+c.path+"?cursor="+url.QueryEscape(next)+`>; rel="next"`)
	}
	return answer, nil
}

// next is the cursor of the page after a place, "" on the last, bent where a fault asks for it.
func (c *call) next(at place, pages int) string {
	switch {
	case c.fault != nil && c.fault.Kind == EmptyPage:
		return at.cursor("next")
	case c.fault != nil && c.fault.Kind == SameCursor && c.query.Has("cursor"):
		return c.query.Get("cursor")
	case c.fault != nil && c.fault.Kind == SameCursor && c.query.Has("after_cursor"):
		return c.query.Get("after_cursor")
	case at.page < pages:
		return place{at.limit, at.page + 1, at.order}.cursor("next")
	}
	return ""
}

// cut takes the rows of a page, and says how many pages there are.
func cut(rows []object, at place) ([]object, int) {
	from := min((at.page-1)*at.limit, len(rows))
	return rows[from:min(from+at.limit, len(rows))], (len(rows) + at.limit - 1) / at.limit
}

func rendered(rows []object, render func(object) object) []object {
	out := make([]object, 0, len(rows))
	for _, row := range rows {
		if render != nil {
			row = render(row)
		}
		out = append(out, row)
	}
	return out
}

// listV1 answers with a page of rows, as the first version does: an envelope, with the cursor in it.
func (c *call) listV1(rows []object, p paging) (*reply, error) {
	limit, err := c.number("limit", p.usual)
	if err != nil {
		return nil, err
	}
	at := place{c.capped(limit, p.max), 1, c.query.Get("sort")}
	if cursor := cmp.Or(c.query.Get("after_cursor"), c.query.Get("before_cursor")); cursor != "" {
		var ok bool
		if at, ok = parseCursor(cursor); !ok {
			return nil, badRequest("the cursor is not valid")
		}
		if len(c.query) > 1 && c.s.options.CursorAlone {
			return nil, badRequest("a cursor stands alone")
		}
	}
	if err := sortRows(rows, at.order); err != nil {
		return nil, err
	}
	page, pages := cut(rows, at)
	pagination := object{"before_cursor": nil, "after_cursor": nil, "previous_link": nil, "next_link": nil}
	if at.page > 1 {
		c.link(pagination, "before_cursor", "previous_link", place{at.limit, at.page - 1, at.order}.cursor("prev"))
	}
	if next := c.next(at, pages); next != "" {
		c.link(pagination, "after_cursor", "next_link", next)
	}
	body := success(c.strike(rendered(page, p.render)))
	body["pagination"] = pagination
	return jsonReply(http.StatusOK, body), nil
}

// link puts a cursor into the envelope, alone and as a link with everything that was asked for.
func (c *call) link(pagination object, cursorName, linkName, cursor string) {
	q := maps.Clone(c.query)
	q.Del("after_cursor")
	q.Del("before_cursor")
	q.Set(cursorName, cursor)
	pagination[cursorName] = cursor
	pagination[linkName] = c.s.URL() + c.path + "?" + q.Encode()
}
