package graphsim

// MarshalJSON writes the object with all its properties and relations.
func (r Record) MarshalJSON() ([]byte, error) { return r.append(nil), nil }

func (r Record) append(b []byte) []byte {
	b = r.object.appendAll(append(b, '{'))
	switch r.object.class {
	case userClass:
		b = appendManager(append(b, ",\"manager\":"...), r.Manager)
		b = appendMailbox(append(b, ",\"mailboxSettings\":"...), r.MailboxPurpose)
	case groupClass:
		b = appendRefs(append(b, ",\"members\":"...), r.Members)
		b = appendRefs(append(b, ",\"owners\":"...), r.Owners)
	case servicePrincipalClass:
		b = appendRefs(append(b, ",\"owners\":"...), r.Owners)
		b = appendAssignments(append(b, ",\"appRoleAssignedTo\":"...), r.AppRoleAssignedTo)
	case applicationClass:
		b = appendRefs(append(b, ",\"owners\":"...), r.Owners)
	}
	return append(b, '}')
}

func appendManager(b []byte, id string) []byte {
	if id == "" {
		return append(b, "null"...)
	}
	return appendString(b, id)
}

func appendMailbox(b []byte, purpose string) []byte {
	if purpose == "" {
		return append(b, "null"...)
	}
	return appendPairs(b, pair{"userPurpose", purpose})
}

func appendRefs(b []byte, refs []Ref) []byte {
	b = append(b, '[')
	for i, r := range refs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendPairs(b, pair{"id", r.ID}, pair{"type", r.Type})
	}
	return append(b, ']')
}

func appendAssignments(b []byte, list []Assignment) []byte {
	b = append(b, '[')
	for i, a := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendPairs(b, pair{"id", a.ID}, pair{"appRoleId", a.AppRoleID},
			pair{"principalId", a.PrincipalID}, pair{"principalType", a.PrincipalType})
	}
	return append(b, ']')
}

// pair is a name and its value.
type pair struct{ name, value string }

// appendPairs writes an object of strings.
func appendPairs(b []byte, pairs ...pair) []byte {
	b = append(b, '{')
	for i, p := range pairs {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, p.name), ':')
		b = appendString(b, p.value)
	}
	return append(b, '}')
}
