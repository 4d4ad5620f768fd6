package entra

import (
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

// newAccount is a form that was filled in, and holds nothing that Graph is known to refuse.
type newAccount struct {
	upn string
	// properties are what the user gets, by Graph's names; the manager and the password are set apart.
	properties map[string]any
	// manager is what somebody named the manager by, "" for none.
	manager string
}

// readForm takes a form apart. Its errors are InvalidArgument and name the field.
func readForm(info *v2.AccountInfo) (newAccount, error) {
	values := info.GetProfile().GetFields()
	a := newAccount{properties: map[string]any{}}
	for _, f := range accountFields() {
		if err := a.take(f, values[f.Name], info.GetLogin()); err != nil {
			return newAccount{}, err
		}
	}
	return a, nil
}

// take reads one field. An empty one is as if it were not there.
func (a *newAccount) take(f connector.AccountField, value *structpb.Value, login string) error {
	if f.Flag {
		enabled, err := connector.FormFlag(f.Name, value)
		a.properties[f.Name] = enabled
		return err
	}
	text, err := connector.FormText(f.Name, value)
	if err != nil {
		return err
	}
	if text == "" && f.Name == fieldUPN {
		text = strings.TrimSpace(login) // which is what a login is here
	}
	switch {
	case text == "" && f.Required:
		return connector.Malformed(f.Name, "is missing")
	case text == "":
		return nil
	case f.Name == fieldManager:
		a.manager = text
		return nil
	case f.Name == fieldAdditional:
		return a.takeAdditional(text)
	}
	return a.set(f.Name, text)
}

func (a *newAccount) set(name, text string) error {
	switch name {
	case fieldUPN:
		if err := checkUPN(name, text); err != nil {
			return err
		}
		a.upn = text
	case fieldMailNickname:
		if err := checkMailNickname(name, text); err != nil {
			return err
		}
	}
	a.properties[name] = text
	return checkProperty(name, text)
}

// takeAdditional reads the properties that have no field. A null sets nothing.
func (a *newAccount) takeAdditional(text string) error {
	given, err := connector.ParseObject(text)
	if err != nil {
		return connector.Malformed(fieldAdditional, "has to be one JSON object")
	}
	for name, value := range given {
		for _, f := range accountFields() {
			if strings.EqualFold(f.Name, name) {
				return connector.Malformed(fieldAdditional, "names "+f.Name+", which has a field of its own")
			}
		}
		if err := checkProperty(name, value); err != nil {
			return err
		}
		if value != nil {
			a.properties[name] = value
		}
	}
	return nil
}

// checkDomain holds the principal name against the domains that the tenant has proven to be its own.
func (a newAccount) checkDomain(verified []graph.Domain) error {
	_, name, _ := strings.Cut(a.upn, "@")
	_, linked := a.properties[fieldImmutableID]
	for _, d := range verified {
		switch {
		case !strings.EqualFold(d.Name, name):
			continue
		case d.Federated() && !linked:
			return connector.Malformed(fieldImmutableID, "is missing: users of a federated domain need one")
		case !d.Federated() && d.Type != "" && linked:
			return connector.Malformed(fieldImmutableID, "is only for users of a federated domain, which this one is not")
		}
		return nil
	}
	return connector.Malformed(fieldUPN, "has a domain that is not a verified domain of the tenant")
}
