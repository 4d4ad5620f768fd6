package entra

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/types/known/structpb"

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
		if err := a.take(f, values[f.name], info.GetLogin()); err != nil {
			return newAccount{}, err
		}
	}
	return a, nil
}

// take reads one field. An empty one is as if it were not there.
func (a *newAccount) take(f accountField, value *structpb.Value, login string) error {
	if f.name == fieldEnabled {
		enabled, err := readFlag(f.name, value)
		a.properties[f.name] = enabled
		return err
	}
	text, err := readText(f.name, value)
	if err != nil {
		return err
	}
	if text == "" && f.name == fieldUPN {
		text = strings.TrimSpace(login) // which is what a login is here
	}
	switch {
	case text == "" && f.required:
		return malformed(f.name, "is missing")
	case text == "":
		return nil
	case f.name == fieldManager:
		a.manager = text
		return nil
	case f.name == fieldAdditional:
		return a.takeAdditional(text)
	}
	return a.set(f.name, text)
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
	given, err := readObject(text)
	if err != nil {
		return malformed(fieldAdditional, "has to be one JSON object")
	}
	for name, value := range given {
		for _, f := range accountFields() {
			if strings.EqualFold(f.name, name) {
				return malformed(fieldAdditional, "names "+f.name+", which has a field of its own")
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

// readObject reads a JSON object that stands alone.
func readObject(text string) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewBufferString(text))
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || object == nil {
		return nil, errors.New("not one object")
	}
	return object, nil
}

func readText(name string, value *structpb.Value) (string, error) {
	switch v := value.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return "", nil
	case *structpb.Value_StringValue:
		return strings.TrimSpace(v.StringValue), nil
	}
	return "", malformed(name, "has to be "+string(isText))
}

// readFlag is true where nothing is said.
func readFlag(name string, value *structpb.Value) (bool, error) {
	switch v := value.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return true, nil
	case *structpb.Value_BoolValue:
		return v.BoolValue, nil
	case *structpb.Value_StringValue:
		if v.StringValue == "" {
			return true, nil
		}
		if flag, err := strconv.ParseBool(strings.TrimSpace(v.StringValue)); err == nil {
			return flag, nil
		}
	}
	return false, malformed(name, "has to be "+string(isFlag))
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
			return malformed(fieldImmutableID, "is missing: users of a federated domain need one")
		case !d.Federated() && d.Type != "" && linked:
			return malformed(fieldImmutableID, "is only for users of a federated domain, which this one is not")
		}
		return nil
	}
	return malformed(fieldUPN, "has a domain that is not a verified domain of the tenant")
}
