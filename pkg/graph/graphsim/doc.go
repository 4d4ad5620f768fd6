// Package graphsim is a simulated Microsoft Entra tenant: it speaks HTTPS on loopback, signs
// applications in as login.microsoftonline.com does, and answers reads and writes of Microsoft Graph v1.0.
//
// It is meant to be stricter and more awkward than the real service, so that what works here has a
// good chance there. It owns its wire shapes and imports no client code: a misspelt property would
// otherwise be wrong on both sides and invisible.
//
// Served, everything else is refused with an error:
//
//	GET  /{tenant}/v2.0/.well-known/openid-configuration
//	GET  /common/discovery/instance
//	POST /{tenant}/oauth2/v2.0/token                      client credentials: secret, certificate or federation
//	GET  /v1.0/users                                      $select $expand=manager $filter $top $count
//	GET  /v1.0/users/{id}/mailboxSettings, /userPurpose   $select
//	GET  /v1.0/groups                                     $select $expand=members|owners|memberOf $filter $top $count
//	GET  /v1.0/groups/delta                               $select, also of members, owners and memberOf, $filter by up to 50 ids
//	GET  /v1.0/groups/{id}/members, /owners, /memberOf    $select $top $count, casts
//	GET  /v1.0/servicePrincipals                          $select $expand=appRoleAssignedTo|owners|memberOf $filter $top $count
//	GET  /v1.0/servicePrincipals/{id}/appRoleAssignedTo, /owners, /memberOf
//	GET  /v1.0/applications                               $select $expand=owners $filter $top $count
//	GET  /v1.0/applications/{id}/owners
//	GET  /v1.0/roleManagement/directory/roleDefinitions   $select $filter $top
//	GET  /v1.0/roleManagement/directory/roleAssignments   $select $expand=principal $filter $top
//	POST /v1.0/users                                      PATCH, DELETE /v1.0/users/{id}
//	POST /v1.0/users/{id}/revokeSignInSessions
//	GET  /v1.0/users/{id}/manager                         PUT, DELETE /v1.0/users/{id}/manager/$ref
//	GET  /v1.0/users/{id}/authentication/methods          DELETE /v1.0/users/{id}/authentication/{kind}/{id}
//	GET  /v1.0/directory/deletedItems/microsoft.graph.user $select $filter $top $count
//	POST /v1.0/directory/deletedItems/{id}/restore
//	GET  /v1.0/domains                                    $select
//	GET  /v1.0/servicePrincipals/{id}/synchronization/jobs, /{id}, /{id}/schema
//	POST /v1.0/servicePrincipals/{id}/synchronization/jobs/{id}/start, /provisionOnDemand
//	GET  /v1.0/organization, /v1.0/subscribedSkus         $select
//	GET  {any of these}/{id}                              $select $expand
//	GET  {directory collection}/$count                    with ConsistencyLevel: eventual
//	POST /v1.0/groups                                     with owners@odata.bind, members@odata.bind
//	PATCH, DELETE /v1.0/groups/{id}                       PATCH with members@odata.bind, owners@odata.bind
//	POST /v1.0/groups/{id}/members/$ref, /owners/$ref     DELETE …/{id}/$ref
//	POST /v1.0/servicePrincipals/{id}/owners/$ref         DELETE …/{id}/$ref
//	POST /v1.0/servicePrincipals/{id}/appRoleAssignedTo   DELETE …/{id}
//	POST /v1.0/roleManagement/directory/roleAssignments   DELETE …/{id}
//	GET  /v1.0/roleManagement/directory/roleAssignmentScheduleInstances   $select $filter $top
//	GET  /v1.0/auditLogs/directoryAudits                  $select $filter $orderby $top
//	GET  /v1.0/auditLogs/signIns                          $select $filter $orderby $top
//	POST /v1.0/users/{id}/assignLicense
//	POST /v1.0/$batch                                     up to 20 of the above
//
// On a port of its own, [Server.ExchangeURL], POST /adminapi/beta/{tenant}/InvokeCommand: Exchange, for members and
// owners of distribution lists and mail-enabled security groups.
//
// On ports of their own, where the options ask for them: GET /msi/token, the endpoint of managed identities in
// an App Service, and a proxy that leads the host names of Microsoft's clouds here, and no others.
//
// How to add a write: put an [operation] into a list of yours (method, path with {id} for keys, permissions as
// "A" or "A+B" for both, noBody or jsonBody, and the function that does it) and the list into operations. The
// function gets an edit with the tenant locked for writing, so it calls no exported method of Tenant but its
// unlocked halves: create, change, remove, join, part. e.row(set) finds the object of the first key, e.visible
// one by its id, e.referenced that of a $ref body; a form (newForm) refuses what a body may not hold, and
// form.values gives what it sets; e.change writes, so that reads lag; noContent and e.entity answer. Check
// everything before the first change: a refusal leaves nothing done. More permissions than the path needs are
// asked for by the function itself: e.has, denied. The unlocked halves write the audit log; what goes by none of
// them says so itself: t.note.
//
// The tenant is made from a seed and sizes and is the same every time; [Server.Tenant] changes it,
// [Server.Census] tells what it really holds, [Tenant.Audits] what the audit log says was done to it, [Server.Fail]
// and [Options] make the service misbehave, [Server.History] says what arrived.
package graphsim
