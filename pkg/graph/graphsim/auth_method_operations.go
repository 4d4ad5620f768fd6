package graphsim

import (
	"fmt"
	"net/http"
	"slices"
)

// methodOperations list and delete the authentication methods of a user. Each kind is deleted on a path of its
// own; the common one and that of passwords delete nothing.
var methodOperations = methodPaths()

func methodPaths() []operation {
	const base = "users/{id}/authentication/"
	out := []operation{
		{method: http.MethodGet, path: base + "methods", run: listMethods,
			needs: []string{"UserAuthenticationMethod.Read.All", allMethodsReadWrite}},
		{method: http.MethodDelete, path: base + "methods/{id}", run: undeletable, needs: []string{allMethodsReadWrite}},
		{method: http.MethodDelete, path: base + passwordMethods + "/{id}", run: undeletable, needs: []string{allMethodsReadWrite}},
	}
	for _, k := range methodKinds()[1:] {
		path := base + k.path + "/{id}"
		if k.path == qrCodePinMethod {
			path = base + k.path
		}
		out = append(out, operation{method: http.MethodDelete, path: path, needs: []string{k.permission, allMethodsReadWrite},
			run: func(e *edit) (*reply, error) { return e.deleteMethod(k) }})
	}
	return out
}

// listMethods shows the methods of a user, a deleted one for a while longer.
func listMethods(e *edit) (*reply, error) {
	if e.c.rawQuery != "" {
		return nil, badRequest("The list of methods takes no query options in this simulated tenant.")
	}
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	e.settleMethods(user.id())
	value := []map[string]any{}
	for _, m := range e.t.methodsOf(user.id()).list {
		row := map[string]any{"@odata.type": m.kind.odataType(), "id": m.id, "createdDateTime": m.created}
		for name, v := range m.show {
			row[name] = v
		}
		value = append(value, row)
	}
	return jsonReply(http.StatusOK, map[string]any{"value": value,
		"@odata.context": e.c.origin() + "/v1.0/$metadata#users('" + user.id() + "')/authentication/methods"})
}

// settleMethods forgets the deleted methods whose time has come.
func (e *edit) settleMethods(userID string) {
	now, set := e.s.options.Now(), e.t.methodsOf(userID)
	set.list = slices.DeleteFunc(set.list, func(m method) bool {
		return !m.gone.IsZero() && now.Sub(m.gone) >= e.s.options.MethodLag
	})
}

func undeletable(*edit) (*reply, error) { return nil, wrongMethod(http.MethodDelete) }

func (e *edit) deleteMethod(k methodKind) (*reply, error) {
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	if err := e.t.mayTouch(e.c.app, user); err != nil {
		return nil, err
	}
	e.settleMethods(user.id())
	set, id := e.t.methodsOf(user.id()), ""
	if len(e.keys) > 1 {
		id = e.keys[1]
	}
	i := slices.IndexFunc(set.list, func(m method) bool { return m.kind.path == k.path && (m.id == id || id == "") && m.gone.IsZero() })
	if i < 0 {
		return nil, &refusal{status: http.StatusNotFound, code: "resourceNotFound", message: "The requested method was not found."}
	}
	if set.list[i].id == set.standard && set.others() {
		return nil, defaultMethod(user.id(), set.standard)
	}
	set.list[i].gone = e.s.options.Now()
	e.t.onUser("Admin deleted security info", user)
	if set.list[i].id == set.standard {
		set.standard = ""
	}
	e.settleMethods(user.id())
	return noContent()
}

// others says whether there are methods beside the default one and the password. A deleted one counts until the
// service has taken note.
func (m *methods) others() bool {
	return slices.ContainsFunc(m.list, func(one method) bool { return one.kind.path != passwordMethods && one.id != m.standard })
}

// defaultMethod is the refusal of the default method while there are others, in one of its two wordings: always
// the same for a user.
func defaultMethod(userID, methodID string) error {
	message := "Cannot delete default method with other methods configured"
	if hashOf(userID)%2 == 0 {
		message = fmt.Sprintf("The requested authentication method Id of [%s] matches the user's current default authentication "+
			"method, and cannot be deleted", methodID)
	}
	return &refusal{status: http.StatusBadRequest, code: "badRequest", message: message}
}
