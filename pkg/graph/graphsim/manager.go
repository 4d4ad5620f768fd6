package graphsim

import "net/http"

// managerOperations set, end and read who a user's manager is.
var managerOperations = []operation{
	{method: http.MethodPut, path: "users/{id}/manager/$ref", needs: userWriters, body: jsonBody, run: putManager},
	{method: http.MethodDelete, path: "users/{id}/manager/$ref", needs: userWriters, run: deleteManager},
	{method: http.MethodGet, path: "users/{id}/manager", needs: userReaders, run: getManager},
}

func putManager(e *edit) (*reply, error) {
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	manager, err := e.referenced()
	if err != nil {
		return nil, err
	}
	if manager.class != userClass {
		return nil, badRequest("A %s cannot be a manager.", manager.class.name)
	}
	if user.get("onPremisesSyncEnabled") == true {
		return nil, mastered()
	}
	e.managerGone(user, manager.id())
	e.t.manager[user.id()] = manager.id()
	e.t.onUser("Set user manager", user)
	e.t.replication.returned("manager", user.id(), manager.id())
	e.t.replication.added(edgeKey("manager", user.id(), manager.id()))
	return noContent()
}

func deleteManager(e *edit) (*reply, error) {
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	if e.t.managerOf(user.id()) == "" {
		return nil, notFound("manager")
	}
	if user.get("onPremisesSyncEnabled") == true {
		return nil, mastered()
	}
	e.managerGone(user, "")
	delete(e.t.manager, user.id())
	e.t.onUser("Set user manager", user)
	return noContent()
}

// managerGone notes that reads go on showing the manager of before, unless it is the next one too.
func (e *edit) managerGone(user *object, next string) {
	if before := e.t.managerOf(user.id()); before != "" && before != next {
		e.t.replication.removed("manager", user.id(), e.t.byID[before])
	}
}

// getManager answers the manager, or 404 where there is none.
func getManager(e *edit) (*reply, error) {
	q, err := parseQuery(e.c.rawQuery, e.c.header)
	if err != nil {
		return nil, err
	}
	if q.expand != nil || q.filter != "" || q.top > 0 || q.count {
		return nil, badRequest("A manager takes only $select.")
	}
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	related := userSet.relations["manager"].related(e.t, e.c.app, user)
	if len(related) == 0 {
		return nil, notFound("manager")
	}
	p, err := relationProjection(userSet.relations["manager"], q.selects, e.c.app)
	if err != nil {
		return nil, err
	}
	b := append([]byte(nil), `{"@odata.context":`...)
	b = appendString(b, e.c.origin()+"/v1.0/$metadata#directoryObjects/$entity")
	b = append(b, ',')
	return &reply{status: http.StatusOK, body: append(append(b, p.append(nil, related[0])[1:]...), '}')}, nil
}
