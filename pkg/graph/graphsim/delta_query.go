package graphsim

import "slices"

// checkDelta refuses the options that delta does not take. A link that it gave holds all options already.
func (q *query) checkDelta() error {
	link := q.skiptoken != "" || q.deltatoken != "" && q.deltatoken != deltaLatest
	switch {
	case q.top > 0 || q.orderby != "" || q.expand != nil || q.count:
		return unsupportedQuery("The delta of groups takes $select and $filter, and none of $top, $orderby, $expand and $count.")
	case link && (len(q.selects) > 0 || q.filter != "" || q.skiptoken != "" && q.deltatoken != ""):
		return badRequest("A link of a delta query is used as it is: it takes no further options.")
	}
	return nil
}

// deltaFilter reads the one filter that the delta of groups takes: id eq 'a' or id eq 'b'.
func deltaFilter(text string) ([]string, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	var ids []string
	for len(tokens) >= 3 && tokens[0].text == "id" && tokens[1].text == "eq" && tokens[2].literal {
		ids = append(ids, tokens[2].text)
		if tokens = tokens[3:]; len(tokens) == 0 {
			return checkDeltaIDs(ids)
		}
		if tokens[0].literal || tokens[0].text != "or" {
			break
		}
		tokens = tokens[1:]
	}
	return nil, unsupportedQuery("The delta of groups is filtered by id eq 'a' or id eq 'b', and by nothing else.")
}

func checkDeltaIDs(ids []string) ([]string, error) {
	if len(ids) > deltaIDs {
		return nil, unsupportedQuery("The filter of a delta names %d ids, where %d are allowed.", len(ids), deltaIDs)
	}
	if bad := slices.IndexFunc(ids, func(id string) bool { return !isGUID(id) }); bad >= 0 {
		return nil, badRequest("Invalid object identifier '%s'.", ids[bad])
	}
	return ids, nil
}

// isDelta says whether a segment names the function: as the documentation writes it, or as Microsoft's SDKs do.
func isDelta(segment string) bool {
	return slices.Contains([]string{"delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()", "graph.delta()"}, segment)
}

// takeDelta reads the function after a collection. Only groups have it here.
func takeDelta(t *target, rest []string) ([]string, error) {
	if t.key != "" || !isDelta(rest[0]) {
		return rest, nil
	}
	if t.set != groupSet {
		return nil, badSegment(rest[0])
	}
	t.delta = true
	return rest[1:], nil
}
