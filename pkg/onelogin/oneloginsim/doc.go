// Package oneloginsim is a simulated OneLogin account: it speaks HTTPS on loopback, gives out tokens, and answers
// reads and writes of OneLogin's admin API, versions 1 and 2.
//
// It is meant to be stricter and more awkward than the real service, so that what works here has a good chance
// there. It owns its wire shapes and imports no client code: a misspelt field would otherwise be wrong on both sides
// and invisible. It keeps everything in memory and forgets it at the end.
//
// Served, everything else is refused with an error (routes.go has the scope and the parameters of each):
//
//	POST /auth/oauth2/v2/token, /auth/oauth2/revoke          GET /auth/rate_limit
//	GET  /api/2/users, /{id}, /{id}/apps, /custom_attributes POST, PUT, DELETE /api/2/users   POST …/{id}/unlock
//	GET  /api/1/users, /{id}, /{id}/roles, /custom_attributes
//	PUT  /api/1/users/{id}/add_roles, remove_roles, lock_user, logout, set_state, set_custom_attributes
//	PUT  /api/1/users/set_password_clear_text/{id}
//	GET  /api/2/roles, /{id}, /{id}/users, /admins, /apps    POST, PUT, DELETE /api/2/roles
//	POST, DELETE /api/2/roles/{id}/users, /admins            PUT /api/2/roles/{id}/apps
//	GET  /api/1/groups, /{id}
//	GET  /api/2/apps, /{id}, /{id}/users                     POST, PUT, DELETE /api/2/apps
//	GET  /api/2/connectors, /api/2/mappings, /{id}
//	GET  /api/1/privileges, /{id}, /{id}/users, /{id}/roles  POST …/users, …/roles   DELETE …/users/{id}, …/roles/{id}
//	GET  /api/1/events, /{id}, /types
//
// Awkward without any knob: a cursor stands for the number of a page, so that rows slip when others go, and it
// excludes limit and page; parameters, fields and body keys that are not known are refused; fields come only when
// they are asked for, and then no others; the arrays of ids in the list of roles end at 100; role changes take bare
// arrays and nothing else, in a DELETE too; a write of custom attributes clears those that it does not name; a
// credential has one token, for all who ask; the first version answers 401 where the scope is too small; mappings
// give back, when the user is written next, what was taken.
//
// # Knobs
//
// All are fields of [Options], described there. The defaults: 200 users, 20 roles, 15 apps, 8 groups, 6 privileges
// and 50 logins; scope Manage All, refused with 403 by the second version; tokens of 10 hours, expires_in whole;
// pages of users up to 100; 5,000 calls an hour, then 429 without Retry-After; 64 calls at once, then 502; 10 lists
// of event types an hour; holders of privileges paged by "cursor"; a username that is taken is 422; mappings that are not asked for at once run before the
// next request; events show at once; no faults, no latency. No attribute c1_last_action, no field withheld.
//
// [Server.Fail] and Options.Faults make the service misbehave, [Server.SetScope], [Server.SetOrphaned] and
// [Server.ExpireTokens] change the credential, [Server.Account] changes the account behind the API's back,
// [Server.Census] tells what it really holds, [Server.History], [Server.Writes] and [Server.Traffic] what arrived.
//
// # Not modelled
//
// The first version's tokens; sign-in of people, factors, invitations; writes of groups, privileges, mappings, custom
// attributes and apps' rules; the second version's groups; salted passwords; the end of a lock by itself; wildcards
// in filters; the effects of status and state on anything; mapping actions but add_role; webhooks. The words of
// refusals beyond those that are published, the names of event types, the operators of mappings and the quota of
// the second version are the simulator's own.
package oneloginsim
