package oneloginsim

// pages are the parameters of every list of the second version.
const pages = " limit page cursor sort"

// operations are all calls that are served. Of paths that both fit, the first counts.
func operations() []operation {
	var all []operation
	for _, some := range [][]operation{authOperations(), userOperations(), userVerbs(), roleOperations(), groupOperations(), appOperations(),
		privilegeOperations(), mappingOperations(), eventOperations()} {
		all = append(all, some...)
	}
	return all
}

func authOperations() []operation {
	return []operation{
		{"POST", "/auth/oauth2/v2/token", anything, "", giveToken},
		{"POST", "/auth/oauth2/revoke", anything, "", revokeToken},
		{"GET", "/auth/rate_limit", anything, "", rateLimit},
	}
}

// userFilters are the parameters of the list of users.
const userFilters = " created_since created_until updated_since updated_until last_login_since last_login_until firstname lastname email username" +
	" samaccountname external_id directory_id app_id user_ids custom_attributes. fields"

func userOperations() []operation {
	return []operation{
		{"GET", "/api/2/users/custom_attributes", readUsers, pages, listAttributes},
		{"GET", "/api/2/users", readUsers, pages + userFilters, listUsers},
		{"GET", "/api/2/users/{id}", readUsers, "", getUser},
		{"GET", "/api/2/users/{id}/apps", readAll, pages + " ignore_visibility", listUserApps},
		{"POST", "/api/2/users", manageUsers, "mappings validate_policy", createUser},
		{"PUT", "/api/2/users/{id}", manageUsers, "mappings validate_policy", updateUser},
		{"DELETE", "/api/2/users/{id}", manageUsers, "", deleteUser},
		{"POST", "/api/2/users/{id}/unlock", manageUsers, "", unlockUser},
	}
}

func userVerbs() []operation {
	return []operation{
		{"GET", "/api/1/users/custom_attributes", readUsers, "", listAttributesV1},
		{"GET", "/api/1/users", readUsers, v1Pages + " email username firstname lastname", listUsersV1},
		{"PUT", "/api/1/users/set_password_clear_text/{id}", manageAll, "", setPassword},
		{"GET", "/api/1/users/{id}", readUsers, "", getUserV1},
		{"GET", "/api/1/users/{id}/roles", readUsers, "", userRoles},
		{"PUT", "/api/1/users/{id}/add_roles", manageAll, "", addRoles},
		{"PUT", "/api/1/users/{id}/remove_roles", manageAll, "", removeRoles},
		{"PUT", "/api/1/users/{id}/lock_user", manageAll, "", lockUser},
		{"PUT", "/api/1/users/{id}/logout", manageUsers, "", logOut},
		{"PUT", "/api/1/users/{id}/set_state", manageUsers, "", setState},
		{"PUT", "/api/1/users/{id}/set_custom_attributes", manageUsers, "", setAttributes},
	}
}

func roleOperations() []operation {
	return []operation{
		{"GET", "/api/2/roles", readUsers, pages + " name app_id app_name fields", listRoles},
		{"POST", "/api/2/roles", manageAll, "", createRole},
		{"GET", "/api/2/roles/{id}", readUsers, "", getRole},
		{"PUT", "/api/2/roles/{id}", manageAll, "", updateRole},
		{"DELETE", "/api/2/roles/{id}", manageAll, "", deleteRole},
		{"GET", "/api/2/roles/{id}/users", readUsers, pages + " name include_unassigned", listHolders("users")},
		{"POST", "/api/2/roles/{id}/users", manageAll, "", addHolders("users")},
		{"DELETE", "/api/2/roles/{id}/users", manageAll, "", removeHolders("users")},
		{"GET", "/api/2/roles/{id}/admins", readUsers, pages + " name include_unassigned", listHolders("admins")},
		{"POST", "/api/2/roles/{id}/admins", manageAll, "", addHolders("admins")},
		{"DELETE", "/api/2/roles/{id}/admins", manageAll, "", removeHolders("admins")},
		{"GET", "/api/2/roles/{id}/apps", readAll, pages + " assigned", listRoleApps},
		{"PUT", "/api/2/roles/{id}/apps", manageAll, "", setRoleApps},
	}
}

// v1Pages are the parameters of every list of the first version.
const v1Pages = " limit after_cursor before_cursor sort"

func groupOperations() []operation {
	return []operation{
		{"GET", "/api/1/groups", readUsers, v1Pages, listGroups},
		{"GET", "/api/1/groups/{id}", readUsers, "", getGroup},
	}
}

func appOperations() []operation {
	return []operation{
		{"GET", "/api/2/apps", readAll, pages + " name connector_id auth_method fields", listApps},
		{"GET", "/api/2/apps/{id}", readAll, "", getApp},
		{"POST", "/api/2/apps", manageAll, "", createApp},
		{"PUT", "/api/2/apps/{id}", manageAll, "", updateApp},
		{"DELETE", "/api/2/apps/{id}", manageAll, "", deleteApp},
		{"GET", "/api/2/apps/{id}/users", readAll, pages, listAppUsers},
		{"GET", "/api/2/connectors", readAll, pages + " name auth_method", listConnectors},
	}
}

func privilegeOperations() []operation {
	return []operation{
		{"GET", "/api/1/privileges", manageAll, pages, listPrivileges},
		{"GET", "/api/1/privileges/{id}", manageAll, "", getPrivilege},
		{"GET", "/api/1/privileges/{id}/users", manageAll, " limit cursor after_cursor", listPrivilegeHolders("users")},
		{"GET", "/api/1/privileges/{id}/roles", manageAll, " limit cursor after_cursor", listPrivilegeHolders("roles")},
		{"POST", "/api/1/privileges/{id}/users", manageAll, "", assignPrivilege("users")},
		{"POST", "/api/1/privileges/{id}/roles", manageAll, "", assignPrivilege("roles")},
		{"DELETE", "/api/1/privileges/{id}/users/{id}", manageAll, "", removePrivilege("users")},
		{"DELETE", "/api/1/privileges/{id}/roles/{id}", manageAll, "", removePrivilege("roles")},
	}
}

func mappingOperations() []operation {
	return []operation{
		{"GET", "/api/2/mappings", manageAll, pages + " enabled has_condition has_condition_type has_action has_action_type", listMappings},
		{"GET", "/api/2/mappings/{id}", manageAll, "", getMapping},
	}
}

func eventOperations() []operation {
	return []operation{
		{"GET", "/api/1/events/types", readUsers, v1Pages, listEventTypes},
		{"GET", "/api/1/events", readUsers, v1Pages + " client_id created_at directory_id event_type_id id resolution since until user_id fields", listEvents},
		{"GET", "/api/1/events/{id}", readUsers, "", getEvent},
	}
}
