package graphsim

import "slices"

// access says which application permissions open a route: any one of them. The table holds those that
// the published one has for directory readers; permissions of Intune and the like, which open some of
// these paths too, are left out on purpose, and so is User.ReadBasic.All, which gives a smaller user.
var access = map[string][]string{
	"users":                                  userReaders,
	"users/{id}":                             userReaders,
	"users/{id}/manager":                     userReaders,
	"users/{id}/mailboxSettings":             mailboxReaders,
	"users/{id}/mailboxSettings/userPurpose": mailboxReaders,
	"directory/deletedItems/microsoft.graph.user":      userReaders,
	"directory/deletedItems/microsoft.graph.user/{id}": userReaders,
	"groups":                                   groupReaders,
	"groups/{id}":                              groupReaders,
	"groups/delta":                             append([]string{"Directory.ReadWrite.All"}, groupReaders...),
	"groups/{id}/members":                      append([]string{"GroupMember.ReadBasic.All", "GroupMember.ReadWrite.All"}, groupReaders...),
	"groups/{id}/memberOf":                     {"Directory.Read.All", "Directory.ReadWrite.All", "Group.Read.All", "Group.ReadBasic.All", "GroupMember.Read.All", "GroupMember.ReadBasic.All"},
	"groups/{id}/owners":                       {"Directory.Read.All", "Group.Read.All", "Group.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All"},
	"servicePrincipals":                        applicationListers,
	"servicePrincipals/{id}":                   applicationReaders,
	"servicePrincipals/{id}/owners":            applicationReaders,
	"servicePrincipals/{id}/memberOf":          applicationReaders,
	"applications":                             applicationListers,
	"applications/{id}":                        applicationReaders,
	"applications/{id}/owners":                 applicationReaders,
	"domains":                                  {"Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All"},
	"domains/{id}":                             {"Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All"},
	"organization":                             organizationReaders,
	"organization/{id}":                        {"User.Read.All"}, // fewer than the list, as published
	"subscribedSkus":                           {"Directory.Read.All", "Directory.ReadWrite.All", "LicenseAssignment.Read.All", "Organization.Read.All", "Organization.ReadWrite.All"},
	"subscribedSkus/{id}":                      {"Directory.Read.All", "Directory.ReadWrite.All", "LicenseAssignment.Read.All", "Organization.Read.All", "Organization.ReadWrite.All"},
	"servicePrincipals/{id}/appRoleAssignedTo": applicationReaders,

	directoryAuditSet.path:           {"AuditLog.Read.All", "Directory.Read.All"},
	directoryAuditSet.path + "/{id}": {"AuditLog.Read.All", "Directory.Read.All"},
	signInSet.path:                   activityReaders,
	signInSet.path + "/{id}":         activityReaders,

	"roleManagement/directory/roleDefinitions":                append([]string{"RoleManagement.Read.All"}, roleReaders...),
	"roleManagement/directory/roleDefinitions/{id}":           append([]string{"RoleManagement.Read.All"}, roleReaders...),
	"roleManagement/directory/roleAssignments":                roleReaders,
	"roleManagement/directory/roleAssignments/{id}":           roleReaders,
	"roleManagement/directory/roleAssignments/{id}/principal": roleReaders,

	"roleManagement/directory/roleAssignmentScheduleInstances": {"RoleAssignmentSchedule.Read.Directory", "RoleAssignmentSchedule.ReadWrite.Directory",
		"RoleManagement.Read.All", "RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory"},
}

// hiddenMembership is the visibility of a Microsoft 365 group whose members are nobody's business.
const hiddenMembership = "HiddenMembership"

var (
	hiddenReaders       = []string{"Member.Read.Hidden"}
	activityReaders     = []string{"AuditLog.Read.All"}
	mailboxReaders      = []string{"MailboxSettings.Read", "MailboxSettings.ReadWrite"}
	userReaders         = []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	groupReaders        = []string{"Group.ReadBasic.All", "Group.Read.All", "Group.ReadWrite.All", "GroupMember.Read.All", "Directory.Read.All"}
	applicationListers  = []string{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"}
	applicationReaders  = append([]string{"Directory.ReadWrite.All"}, applicationListers...)
	roleReaders         = []string{"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All"}
	organizationReaders = []string{"Organization.Read.All", "Organization.ReadWrite.All", "User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"}
)

// classReaders says which permissions show an object of a kind as somebody's member, owner or principal.
var classReaders = map[*class][]string{
	userClass:             userReaders,
	groupClass:            groupReaders,
	servicePrincipalClass: applicationReaders,
	directoryRoleClass:    roleReaders,
}

// grant is what an access token carries.
type grant struct {
	permissions []string
	appID       string
}

// mayReadRoute says whether a token opens a route. A route that the table does not have is open to none.
func (g *grant) mayReadRoute(route string) bool { return g.any(access[route]) }

func (g *grant) mayReadClass(c *class) bool { return g.any(classReaders[c]) }

func (g *grant) any(accepted []string) bool {
	return slices.ContainsFunc(g.permissions, func(p string) bool { return slices.Contains(accepted, p) })
}
