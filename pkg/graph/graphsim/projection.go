package graphsim

// projection says what of each kind of object is written.
type projection struct {
	columns map[*class][]int
	typed   bool            // with @odata.type
	bare    map[*class]bool // kinds that the application may not read: type and id only
	detail  detail
}

// project holds a $select list against the kinds that can come, and refuses names that none of them has.
func project(kinds []*class, selects []string) (*projection, error) {
	for _, name := range selects {
		if !anyHas(kinds, name) {
			return nil, unknownProperty(kinds, name)
		}
	}
	p := &projection{columns: map[*class][]int{}, bare: map[*class]bool{}}
	for _, c := range kinds {
		p.columns[c] = c.columns(selects)
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
		p.bare[c] = p.typed && !app.mayReadClass(c)
	}
	return p, nil
}

// append writes an object without its closing brace.
func (p *projection) append(b []byte, o *object) []byte {
	b = append(b, '{')
	if p.typed {
		b = append(b, `"@odata.type":"`...)
		b = append(b, o.class.odataType()...)
		b = append(b, `",`...)
	}
	if p.bare[o.class] {
		return o.appendFields(b, []int{0}, p.detail)
	}
	return o.appendFields(b, p.columns[o.class], p.detail)
}
