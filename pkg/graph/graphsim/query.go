package graphsim

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultTop = 100 // objects on a page without $top
	maxTop     = 999 // the most that $top may ask for
	expandCap  = 20  // related objects that $expand gives of each parent

	activityTop = 500 // the most users on a page with signInActivity

	logTop = 1000 // records on a page of a log, by default and at most
)

// query is the system query options of a request, taken apart but not yet held against a type.
type query struct {
	selects   []string
	expand    *expansion
	filter    string
	orderby   string
	top       int // 0: not given
	count     bool
	skiptoken string
	// deltatoken is of a delta: a token or "latest". Given without a value it is as good as none.
	deltatoken      string
	deltatokenGiven bool
	eventual        bool   // ConsistencyLevel: eventual
	rest            string // the options without $skiptoken, in one fixed order
}

// expansion is the one relation of $expand, with its nested $select.
type expansion struct {
	relation string
	selects  []string
}

// parseQuery takes the options apart and refuses every one that is not known, or given twice.
func parseQuery(raw string, header http.Header) (*query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badRequest("The query string does not parse.")
	}
	q := &query{}
	for name, list := range values {
		if len(list) > 1 {
			return nil, badRequest("Query option '%s' was specified more than once.", name)
		}
		if err := q.option(name, list[0]); err != nil {
			return nil, err
		}
	}
	q.deltatokenGiven = values.Has("$deltatoken")
	values.Del("$skiptoken")
	values.Del("$deltatoken")
	q.rest = values.Encode()
	return q, q.consistency(header.Get("ConsistencyLevel"))
}

func (q *query) option(name, value string) error {
	var err error
	switch name {
	case "$select":
		q.selects, err = names(value)
	case "$expand":
		q.expand, err = parseExpand(value)
	case "$filter":
		q.filter = value
	case "$orderby":
		q.orderby = value
	case "$top":
		q.top, err = parseTop(value)
	case "$count":
		q.count, err = parseCount(value)
	case "$skiptoken":
		q.skiptoken = value
	case "$deltatoken":
		q.deltatoken = value
	default:
		return badRequest("Query option '%s' is not supported by this simulated tenant.", name)
	}
	if err == nil && value == "" && name != "$deltatoken" {
		return badRequest("Query option '%s' has no value.", name)
	}
	return err
}

func parseTop(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > logTop {
		return 0, badPageSize(value, logTop)
	}
	return n, nil
}

func badPageSize(value string, most int) error {
	return badRequest("Invalid page size specified: '%s'. Must be between 1 and %d inclusive.", value, most)
}

func parseCount(value string) (bool, error) {
	b, err := strconv.ParseBool(value)
	if err != nil || value != "true" && value != "false" {
		return false, badRequest("Invalid value '%s' for $count: true or false.", value)
	}
	return b, nil
}

// names splits a $select list.
func names(list string) ([]string, error) {
	var out []string
	for _, n := range strings.Split(list, ",") {
		n = strings.TrimSpace(n)
		if n == "" || strings.ContainsAny(n, "()/*; ") {
			return nil, badRequest("'%s' in $select is no property name.", n)
		}
		if slices.Contains(out, n) {
			return nil, badRequest("The property '%s' is selected more than once.", n)
		}
		out = append(out, n)
	}
	return out, nil
}

// parseExpand takes one relation with an optional nested $select: all that directory objects allow.
func parseExpand(value string) (*expansion, error) {
	name, options, nested := strings.Cut(value, "(")
	x := &expansion{relation: strings.TrimSpace(name)}
	if strings.Contains(name, ",") || strings.Contains(options, "),") {
		return nil, badRequest("$expand takes one relation in a request.")
	}
	if !nested {
		return x, nil
	}
	list, ok := strings.CutPrefix(strings.TrimSuffix(options, ")"), "$select=")
	if !ok || !strings.HasSuffix(options, ")") || strings.Contains(list, "$") {
		return nil, badRequest("$expand of directory objects takes only $select inside: '%s'.", value)
	}
	var err error
	x.selects, err = names(list)
	return x, err
}

// consistency holds the options against the rules of advanced queries.
func (q *query) consistency(header string) error {
	if header != "" && !strings.EqualFold(header, "eventual") {
		return badRequest("Unsupported value '%s' of the header ConsistencyLevel.", header)
	}
	q.eventual = header != ""
	if q.count && !q.eventual {
		return unsupportedQuery("$count=true needs the header ConsistencyLevel: eventual, on every page.")
	}
	if q.advanced() && q.expand != nil {
		return unsupportedQuery("$expand cannot be used in an advanced query.")
	}
	return nil
}

// advanced says whether the request reads the index of advanced queries.
func (q *query) advanced() bool { return q.eventual && q.count }
