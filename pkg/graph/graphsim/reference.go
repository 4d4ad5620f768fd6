package graphsim

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// maxReferences is how many objects one write may refer to with @odata.bind.
const maxReferences = 20

// bind is what a property name ends in that refers to objects.
const bind = "@odata.bind"

// reference is the body of a $ref.
var referenceForm = newForm(nil, "@odata.id:text!")

// references counts the objects that a body refers to.
func (d document) references() int {
	n := 0
	for name, raw := range d {
		var list []json.RawMessage
		if strings.HasSuffix(name, bind) && json.Unmarshal(raw, &list) == nil {
			n += len(list)
		}
	}
	return n
}

// referenced finds the object of a $ref body.
func (e *edit) referenced() (*object, error) {
	if err := referenceForm.check(e.body); err != nil {
		return nil, err
	}
	return e.refer(e.body.text("@odata.id"))
}

// bound finds the objects that name@odata.bind refers to: each once.
func (e *edit) bound(name string) ([]*object, error) {
	var list []string
	if err := e.body.into(name+bind, &list); err != nil {
		return nil, err
	}
	var out []*object
	for _, address := range list {
		o, err := e.refer(address)
		if err != nil {
			return nil, err
		}
		if slices.Contains(out, o) {
			return nil, badRequest("Request contains a property with duplicate values.")
		}
		out = append(out, o)
	}
	return out, nil
}

// checkReferences refuses a body with more of them than one request may have.
func (e *edit) checkReferences() error {
	if n := e.body.references(); n > maxReferences {
		return badRequest("The request has %d references; the most is %d.", n, maxReferences)
	}
	return nil
}

// refer finds the object of an address, which is below this service's own or below the one that it stands in
// for, under the name of its kind or that of all directory objects.
func (e *edit) refer(address string) (*object, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host != e.c.host && !slices.Contains(graphAudiences(), "https://"+u.Host) {
		return nil, badRequest("The reference '%s' is not to this service.", address)
	}
	rest, ok := strings.CutPrefix(u.Path, "/v1.0/")
	collection, id, _ := strings.Cut(rest, "/")
	kinds := kindsOf(collection)
	if !ok || kinds == nil || !isGUID(id) {
		return nil, badRequest("The reference '%s' is none to a directory object.", address)
	}
	return e.visible(id, kinds...)
}

func kindsOf(collection string) []*class {
	switch collection {
	case "directoryObjects":
		return directoryObjects
	case "users":
		return []*class{userClass}
	case "groups":
		return []*class{groupClass}
	case "servicePrincipals":
		return []*class{servicePrincipalClass}
	}
	return nil
}

func oneOf(c *class, kinds []*class) bool { return slices.Contains(kinds, c) }
