package graphsim

import "fmt"

const graphAppID = "00000003-0000-0000-c000-000000000000"

// appRole is a role of an application as Graph writes it.
type appRole struct {
	ID                 string   `json:"id"`
	AllowedMemberTypes []string `json:"allowedMemberTypes"`
	Description        string   `json:"description"`
	DisplayName        string   `json:"displayName"`
	IsEnabled          bool     `json:"isEnabled"`
	Origin             string   `json:"origin"`
	Value              *string  `json:"value"`
}

func newRole(id, name, value string, members ...string) appRole {
	r := appRole{ID: id, AllowedMemberTypes: members, Description: name, DisplayName: name, IsEnabled: true, Origin: "Application"}
	if value != "" {
		r.Value = &value
	}
	return r
}

func (r appRole) takes(member string) bool {
	for _, m := range r.AllowedMemberTypes {
		if m == member {
			return true
		}
	}
	return false
}

// ordinaryRoles are none to five roles for users.
func ordinaryRoles(d *dice) []appRole {
	return allOrdinaryRoles(d)[:d.IntN(len(appRoleNames)+1)]
}

func allOrdinaryRoles(d *dice) []appRole {
	var out []appRole
	for _, name := range appRoleNames {
		out = append(out, newRole(d.guid(), name, name, "User"))
	}
	return out
}

// manyRoles are sixty: every fifth is disabled, every sixth for applications alone, every seventh for both;
// one has no value, and two have the same name.
func manyRoles(d *dice) []appRole {
	var out []appRole
	for i := range 60 {
		members := []string{"User"}
		switch {
		case i%6 == 5:
			members = []string{"Application"}
		case i%7 == 6:
			members = []string{"User", "Application"}
		}
		r := newRole(d.guid(), fmt.Sprintf("Store %02d manager", i), fmt.Sprintf("Store.%02d.Manage", i), members...)
		r.IsEnabled = i%5 != 4
		out = append(out, r)
	}
	out[3].DisplayName = out[2].DisplayName
	out[7].Value = nil
	return out
}

// graphRoles are the application permissions of Microsoft Graph that matter here, with their real ids.
func graphRoles() []appRole {
	var out []appRole
	for _, p := range graphPermissions {
		out = append(out, newRole(p[0], p[1], p[1], "Application"))
	}
	return out
}

var graphPermissions = [][2]string{
	{"df021288-bdef-4463-88db-98f22de89214", "User.Read.All"},
	{"98830695-27a2-44f7-8c18-0c3ebc9698f6", "GroupMember.Read.All"},
	{"9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "Application.Read.All"},
	{"483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "RoleManagement.Read.Directory"},
	{"5b567255-7703-4780-807c-7be8301ae99b", "Group.Read.All"},
	{"7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Directory.Read.All"},
	{"741f803b-c850-494e-b5df-cde7c675a1ca", "User.ReadWrite.All"},
}
