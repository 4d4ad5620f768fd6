package oneloginsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// eventColumns are the fields of a record, null where they do not apply.
func eventColumns() []string {
	return strings.Fields(`id created_at account_id event_type_id user_id user_name actor_user_id actor_user_name actor_system
		assuming_acting_user_id role_id role_name app_id app_name group_id group_name policy_id policy_name otp_device_id
		otp_device_name directory_id directory_sync_run_id mapping_id object_id resource_type_id client_id operation_name resolution
		ipaddr proxy_ip risk_score risk_reasons error_description custom_message notes param`)
}

// record writes the log.
func (a *Account) record(at time.Time, typeID int, about object) {
	e := &event{id: a.id(), at: at, shows: at, typeID: typeID, row: object{}}
	if lag := a.options.EventLag; lag > 0 {
		e.shows = at.Add(time.Duration(a.ids.Int64N(int64(lag))))
	}
	for _, column := range eventColumns() {
		e.row[column] = nil
	}
	maps.Copy(e.row, object{"id": e.id, "created_at": moment(at), "account_id": int64(accountID), "event_type_id": int64(typeID), "actor_system": "API"})
	maps.Copy(e.row, about)
	a.events = append(a.events, e)
}

// about says what a record is of: a user, and a role, app or privilege.
func (a *Account) about(user int64, more object) object {
	u := a.users[user]
	return object{"user_id": user, "user_name": text(u["firstname"]) + " " + text(u["lastname"])}.with(more)
}

func (r *role) about() object { return object{"role_id": r.id, "role_name": r.name} }

func (c *call) visibleEvents() []object {
	rows := []object{}
	for _, e := range slices.Backward(c.a.events) { // the newest first
		if !e.shows.After(c.now) {
			rows = append(rows, e.row)
		}
	}
	return rows
}

func listEvents(c *call) (*reply, error) {
	fields, err := c.fields(eventColumns())
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"since", "until"} {
		if v := c.query.Get(name); v != "" {
			if _, err := time.Parse("2006-01-02T15:04:05.000Z", v); err != nil {
				return nil, badRequest("%s must be a time of ISO 8601 with milliseconds", name)
			}
		}
	}
	rows := filter(c.visibleEvents(), c.query, strings.Fields("client_id created_at directory_id event_type_id id resolution user_id"), map[string]string{"": "created_at"})
	p := paging{max: 50, usual: 50}
	if fields != nil {
		p.render = func(o object) object { return o.only(fields) }
	}
	return c.listV1(rows, p)
}

func getEvent(c *call) (*reply, error) {
	for _, row := range c.visibleEvents() {
		if text(row["id"]) == c.args[0] {
			return jsonReply(http.StatusOK, success([]object{row})), nil
		}
	}
	return nil, notFound("Event", c.args[0])
}

func listEventTypes(c *call) (*reply, error) {
	rows := []object{}
	names := eventTypes()
	for _, id := range slices.Sorted(maps.Keys(names)) {
		rows = append(rows, object{"id": id, "name": strings.ToUpper(strings.ReplaceAll(names[id], " ", "_")), "description": names[id]})
	}
	return jsonReply(http.StatusOK, success(c.strike(rows))), nil
}

// The types of records that the simulator writes itself.
const (
	eventAppAdded, eventAppRemoved               = 1, 2
	eventLogin, eventLogout, eventAppLogin       = 5, 7, 8
	eventPasswordChanged, eventUnlocked          = 11, 12
	eventAutomaticallyAdded                      = 149
	eventManagementGranted, eventManagementEnded = 151, 152
	eventPrivilegeGranted, eventPrivilegeRevoked = 72, 73
	eventAttributeSet                            = 512
	eventRoleAdded, eventRoleRemoved             = 513, 514
	eventUserUpdated, eventUserDeleted           = 529, 530
	eventUserLocked, eventUserCreated            = 531, 533
	eventUserSuspended, eventUserReactivated     = 21, 32
)

// eventTypes are the types of records with what they tell of.
func eventTypes() map[int]string {
	return map[int]string{
		1: "app added to role", 2: "app removed from role", 3: "user assumed user", 4: "role assigned to user", 5: "user logged in", 6: "user failed login",
		7: "user logged out", 8: "user logged into app", 10: "user requested password", 11: "user changed password", 12: "user unlocked", 13: "user created",
		14: "user updated", 15: "user deactivated", 16: "user activated", 17: "user deleted", 19: "user locked", 21: "user suspended", 32: "user reactivated",
		33: "user imported from directory", 70: "privilege granted to account", 71: "privilege revoked from account", 72: "privilege granted to user",
		73: "privilege revoked from user", 147: "user added to role by hand", 148: "user removed from role by hand", 149: "user added to role automatically",
		150: "user removed from role automatically", 151: "role management granted", 152: "role management revoked", 206: "app login added by hand",
		207: "app login removed by hand", 512: "attribute set by api", 513: "role added by api", 514: "role removed by api", 529: "user updated by api",
		530: "user destroyed by api", 531: "user locked by api", 533: "user created by api",
	}
}
