package onelogin

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin"
)

// The fields of the form for a new account. All but manager are OneLogin's names of what they set. They live on in the
// mappings of whoever creates accounts: never rename one.
const (
	fieldEmail      = "email"
	fieldUsername   = "username"
	fieldFirstName  = "firstname"
	fieldLastName   = "lastname"
	fieldTitle      = "title"
	fieldDepartment = "department"
	fieldCompany    = "company"
	fieldPhone      = "phone"
	fieldExternalID = "external_id"
	fieldManager    = "manager"
)

// accountFields returns the form, in its order.
func accountFields() []connector.AccountField {
	return []connector.AccountField{
		{Name: fieldEmail, Title: "Email", Description: "The email address, which only one user can have", Placeholder: "alex.doe@example.com", Required: true},
		{Name: fieldUsername, Title: "Username", Description: "What the user signs in with; the email address where it is left empty", Placeholder: "alex.doe"},
		{Name: fieldFirstName, Title: "First Name", Description: "The first name", Placeholder: "Alex", Required: true},
		{Name: fieldLastName, Title: "Last Name", Description: "The last name", Placeholder: "Doe", Required: true},
		{Name: fieldTitle, Title: "Title", Description: "The job title", Placeholder: "Engineer"},
		{Name: fieldDepartment, Title: "Department", Description: "The department", Placeholder: "Research"},
		{Name: fieldCompany, Title: "Company", Description: "The company", Placeholder: "Example Ltd"},
		{Name: fieldPhone, Title: "Phone", Description: "The telephone number, in the international form", Placeholder: "+15551234567"},
		{Name: fieldExternalID, Title: "External ID", Description: "The id that another system knows the user by", Placeholder: "10042"},
		{Name: fieldManager, Title: "Manager", Description: "The OneLogin id, email address or username of the manager", Placeholder: "sam.roe@example.com"},
		{Name: fieldAttributes, Title: "Custom Attributes", Description: "Custom attributes of the user by their short names, as a JSON object", Placeholder: `{"cost_center": "4711"}`},
	}
}

// accountSchema is the form as ConductorOne draws it.
func accountSchema() *v2.ConnectorAccountCreationSchema {
	return connector.AccountSchema(accountFields())
}

// newAccount is a form that was filled in.
type newAccount struct {
	// fields are what the user gets, by OneLogin's names; the password is set apart.
	fields map[string]any
	// attributes are the custom attributes, by their short names.
	attributes map[string]any
	// manager is what somebody named the manager by, "" for none.
	manager string
}

// readForm takes a form apart. Its errors are InvalidArgument and name the field.
func readForm(info *v2.AccountInfo) (newAccount, error) {
	values := info.GetProfile().GetFields()
	a := newAccount{fields: map[string]any{}}
	for _, f := range accountFields() {
		if err := a.take(f, values[f.Name], info); err != nil {
			return newAccount{}, err
		}
	}
	return a, nil
}

// take reads one field. An empty one is as if it were not there.
func (a *newAccount) take(f connector.AccountField, value *structpb.Value, info *v2.AccountInfo) error {
	text, err := connector.FormText(f.Name, value)
	if err != nil {
		return err
	}
	if text == "" {
		text = a.otherwise(f.Name, info)
	}
	switch {
	case text == "" && f.Required:
		return connector.Malformed(f.Name, "is missing")
	case text == "":
		return nil
	case f.Name == fieldEmail && !strings.Contains(text, "@"):
		return connector.Malformed(f.Name, "has to be an email address")
	case f.Name == fieldManager:
		a.manager = text
	case f.Name == fieldAttributes:
		a.attributes, err = readAttributes(f.Name, text)
	default:
		a.fields[f.Name] = text
	}
	return err
}

// otherwise is what stands in for a field that was left empty.
func (a *newAccount) otherwise(field string, info *v2.AccountInfo) string {
	switch field {
	case fieldEmail:
		for _, email := range info.GetEmails() {
			if email.GetIsPrimary() || len(info.GetEmails()) == 1 {
				return strings.TrimSpace(email.GetAddress())
			}
		}
	case fieldUsername:
		if login := strings.TrimSpace(info.GetLogin()); login != "" {
			return login
		}
		return valueText(a.fields[fieldEmail])
	}
	return ""
}

// readAttributes reads custom attributes, whose values are texts, numbers or flags. A null sets nothing.
func readAttributes(field, text string) (map[string]any, error) {
	given, err := connector.ParseObject(text)
	if err != nil {
		return nil, connector.Malformed(field, "has to be one JSON object")
	}
	maps.DeleteFunc(given, func(_ string, value any) bool { return value == nil })
	return given, asTexts(field, given)
}

// asTexts turns the values of attributes into texts, which is what OneLogin keeps; a null stays one.
func asTexts(field string, attributes map[string]any) error {
	for name, value := range attributes {
		switch v := value.(type) {
		case nil, string:
		case float64, bool:
			attributes[name] = fmt.Sprint(v)
		default:
			return connector.Malformed(field+"."+name, "has to be a text")
		}
	}
	return nil
}

// checkAttributes refuses custom attributes that the account does not have: OneLogin makes none by writing one.
func (c *Connector) checkAttributes(ctx context.Context, field string, attributes map[string]any) error {
	if len(attributes) == 0 {
		return nil
	}
	known := map[string]bool{}
	rows, _, err := readThrough(ctx, c.api.ListAttributes, func(a onelogin.Attribute) onelogin.ID { return a.ID })
	if err != nil {
		return connector.Status(lacking(err, "list the custom attributes", scopeReadUsers))
	}
	for _, a := range rows {
		known[a.ShortName] = true
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if !known[name] {
			return connector.Malformed(field+"."+name, "is no custom attribute of the account: make it under Users > Custom User Fields first")
		}
	}
	return nil
}
