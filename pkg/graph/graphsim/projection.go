package graphsim

// projection says what of each kind of object is written.
type projection struct {
	kinds  []kindView
	typed  bool // with @odata.type
	detail detail
}

// kindView is what is written of one kind.
type kindView struct {
	class   *class
	columns []int
	bare    bool   // the application may not read the kind: type and id only
	head    string // what a typed object begins with
}

// kind finds how a kind is written. There are three at most.
func (p *projection) kind(c *class) *kindView {
	for i := range p.kinds {
		if p.kinds[i].class == c {
			return &p.kinds[i]
		}
	}
	return nil
}

// project holds a $select list against the kinds that can come, and refuses names that none of them has.
func project(kinds []*class, selects []string) (*projection, error) {
	for _, name := range selects {
		if !anyHas(kinds, name) {
			return nil, unknownProperty(kinds, name)
		}
	}
	p := &projection{kinds: make([]kindView, len(kinds))}
	for i, c := range kinds {
		p.kinds[i] = kindView{class: c, columns: c.columns(selects), head: `"@odata.type":"` + c.odataType() + `",`}
	}
	if len(selects) > 0 {
		p.detail = selected
	}
	return p, nil
}

func anyHas(kinds []*class, name string) bool {
	for _, c := range kinds {
		if c.has(name) {
			return true
		}
	}
	return false
}

func unknownProperty(kinds []*class, name string) error {
	if outsideDirectory[name] {
		return notImplemented("The property '%s' is not available here.", name)
	}
	if len(kinds) > 1 {
		return badRequest("Could not find a property named '%s' on type 'microsoft.graph.directoryObject'.", name)
	}
	return badRequest("Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, kinds[0].name)
}

// relationProjection is the projection of related objects: typed, and bare where the application may not
// read the kind.
func relationProjection(r *relation, selects []string, app *grant) (*projection, error) {
	p, err := project(r.targets, selects)
	if err != nil {
		return nil, err
	}
	p.typed = r.typed()
	for _, c := range r.targets {
		p.kind(c).bare = p.typed && !app.mayReadClass(c)
	}
	return p, nil
}

// append writes an object without its closing brace.
func (p *projection) append(b []byte, o *object) []byte {
	k := p.kind(o.class)
	b = append(b, '{')
	if p.typed {
		b = append(b, k.head...)
	}
	if k.bare {
		return o.appendFields(b, []int{0}, p.detail)
	}
	return o.appendFields(b, k.columns, p.detail)
}
