package graphsim

import "strconv"

// checkOptions refuses the options that do not fit what the path names.
func (q *query) checkOptions(t *target) error {
	if q.top > maxTop && !t.set.isLog() {
		return badPageSize(strconv.Itoa(q.top), maxTop)
	}
	if q.deltatokenGiven && !t.delta {
		return badRequest("Query option '$deltatoken' is not supported here.")
	}
	if err := q.checkOrder(t); err != nil {
		return err
	}
	switch {
	case t.mailbox != "":
		return q.checkMailbox(t)
	case t.delta:
		return q.checkDelta()
	case t.count:
		return q.checkCountSegment(t)
	case t.single():
		return q.checkSingle(t)
	case t.relation != nil:
		return q.checkRelation(t)
	}
	return q.checkCollection(t)
}

func (q *query) checkCountSegment(t *target) error {
	if !q.eventual {
		return unsupportedQuery("/$count needs the header ConsistencyLevel: eventual.")
	}
	if len(q.selects) > 0 || q.expand != nil || q.top > 0 || q.skiptoken != "" || t.relation != nil && q.filter != "" {
		return badRequest("/$count does not take these query options.")
	}
	return nil
}

func (q *query) checkSingle(t *target) error {
	if q.filter != "" || q.top > 0 || q.count || q.skiptoken != "" {
		return badRequest("A single object takes only $select and $expand.")
	}
	return q.checkExpand(t.set)
}

func (q *query) checkRelation(t *target) error {
	if q.expand != nil || q.filter != "" && !t.relation.filtered {
		return badRequest("The list of %s takes only $select, $top and $count in this simulated tenant.", t.relation.name)
	}
	if q.filter != "" && !q.advanced() {
		return unsupportedQuery("The list of %s is filtered only by an advanced query: ConsistencyLevel: eventual and $count=true.", t.relation.name)
	}
	if t.cast == servicePrincipalClass && t.relation.hidesServicePrincipals && !q.advanced() {
		return unsupportedQuery("Service principals among the %s are listed only by an advanced query: "+
			"ConsistencyLevel: eventual and $count=true.", t.relation.name)
	}
	return nil
}

func (q *query) checkCollection(t *target) error {
	if t.set.unpaged && (q.top > 0 || q.filter != "" || q.count || q.skiptoken != "") {
		return badRequest("%s comes whole: it takes only $select.", t.set.path)
	}
	if q.count && !t.set.directory {
		return badRequest("%s does not take $count.", t.set.path)
	}
	return q.checkExpand(t.set)
}

func (q *query) checkExpand(set *entitySet) error {
	if q.expand == nil || set.relations[q.expand.relation] != nil {
		return nil
	}
	return badRequest("Parsing OData Select and Expand failed: could not expand '%s' of type 'microsoft.graph.%s'.",
		q.expand.relation, set.class.name)
}
