package entra

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/proto"
)

// The fields of the form for a new account. All but manager and additionalAttributes are Graph's names of what
// they set. They live on in the mappings of whoever creates accounts: never rename one.
const (
	fieldDisplayName  = "displayName"
	fieldMailNickname = "mailNickname"
	fieldUPN          = "userPrincipalName"
	fieldEnabled      = "accountEnabled"
	fieldImmutableID  = "onPremisesImmutableId"
	fieldGivenName    = "givenName"
	fieldSurname      = "surname"
	fieldEmployeeID   = "employeeId"
	fieldJobTitle     = "jobTitle"
	fieldDepartment   = "department"
	fieldManager      = "manager"
	fieldAdditional   = "additionalAttributes"
)

// accountField is a field of the form.
type accountField struct {
	name, title, description, placeholder string
	required                              bool
}

// accountFields returns the form, in its order.
func accountFields() []accountField {
	return []accountField{
		{fieldDisplayName, "Display Name", "The name that the address book shows, up to 256 characters", "Alex Doe", true},
		{fieldMailNickname, "Mail Nickname", "The mail alias: up to 64 ASCII characters, without spaces and @", "alex.doe", true},
		{fieldUPN, "User Principal Name", "What the user signs in with. What follows the @ has to be a verified domain of the tenant", "alex.doe@example.com", true},
		{fieldEnabled, "Account Enabled", "Whether the user can sign in; yes unless it is said otherwise", "true", false},
		{fieldImmutableID, "On-Premises Immutable ID", "What links the user to an account on-premises: required for a federated domain, and only for one", "", false},
		{fieldGivenName, "Given Name", "The first name, up to 64 characters", "Alex", false},
		{fieldSurname, "Surname", "The last name, up to 64 characters", "Doe", false},
		{fieldEmployeeID, "Employee ID", "The number that the organisation gives the user, up to 16 characters", "10042", false},
		{fieldJobTitle, "Job Title", "Up to 128 characters", "Engineer", false},
		{fieldDepartment, "Department", "Up to 64 characters", "Research", false},
		{fieldManager, "Manager", "The object id, user principal name or employee id of the manager", "sam.roe@example.com", false},
		{fieldAdditional, "Additional Attributes", "Further properties of the user by Microsoft Graph's names, as a JSON object; none that has a field of its own",
			`{"usageLocation": "US"}`, false},
	}
}

// accountSchema is the form as ConductorOne draws it.
func accountSchema() *v2.ConnectorAccountCreationSchema {
	fields := map[string]*v2.ConnectorAccountCreationSchema_Field{}
	for i, f := range accountFields() {
		fields[f.name] = f.schema(int32(i) + 1)
	}
	return v2.ConnectorAccountCreationSchema_builder{FieldMap: fields}.Build()
}

func (f accountField) schema(order int32) *v2.ConnectorAccountCreationSchema_Field {
	field := v2.ConnectorAccountCreationSchema_Field_builder{
		DisplayName: f.title, Description: f.description, Placeholder: f.placeholder, Required: f.required, Order: order}
	if f.name == fieldEnabled {
		field.BoolField = v2.ConnectorAccountCreationSchema_BoolField_builder{DefaultValue: proto.Bool(true)}.Build()
	} else {
		field.StringField = &v2.ConnectorAccountCreationSchema_StringField{}
	}
	return field.Build()
}
