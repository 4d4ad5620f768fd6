package entra

import "github.com/conductorone/baton-microsoft-entra/pkg/connector"

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

// accountFields returns the form, in its order.
func accountFields() []connector.AccountField {
	return []connector.AccountField{
		{Name: fieldDisplayName, Title: "Display Name", Description: "The name that the address book shows, up to 256 characters", Placeholder: "Alex Doe", Required: true},
		{Name: fieldMailNickname, Title: "Mail Nickname", Description: "The mail alias: up to 64 ASCII characters, without spaces and @", Placeholder: "alex.doe", Required: true},
		{Name: fieldUPN, Title: "User Principal Name", Description: "What the user signs in with. What follows the @ has to be a verified domain of the tenant", Placeholder: "alex.doe@example.com", Required: true},
		{Name: fieldEnabled, Title: "Account Enabled", Description: "Whether the user can sign in; yes unless it is said otherwise", Placeholder: "true", Flag: true},
		{Name: fieldImmutableID, Title: "On-Premises Immutable ID", Description: "What links the user to an account on-premises: required for a federated domain, and only for one"},
		{Name: fieldGivenName, Title: "Given Name", Description: "The first name, up to 64 characters", Placeholder: "Alex"},
		{Name: fieldSurname, Title: "Surname", Description: "The last name, up to 64 characters", Placeholder: "Doe"},
		{Name: fieldEmployeeID, Title: "Employee ID", Description: "The number that the organisation gives the user, up to 16 characters", Placeholder: "10042"},
		{Name: fieldJobTitle, Title: "Job Title", Description: "Up to 128 characters", Placeholder: "Engineer"},
		{Name: fieldDepartment, Title: "Department", Description: "Up to 64 characters", Placeholder: "Research"},
		{Name: fieldManager, Title: "Manager", Description: "The object id, user principal name or employee id of the manager", Placeholder: "sam.roe@example.com"},
		{Name: fieldAdditional, Title: "Additional Attributes", Description: "Further properties of the user by Microsoft Graph's names, as a JSON object; none that has a field of its own",
			Placeholder: `{"usageLocation": "US"}`},
	}
}
