// Package graphsim is a simulated Microsoft Entra tenant: it speaks HTTPS on loopback, signs
// applications in as login.microsoftonline.com does, and answers reads of Microsoft Graph v1.0.
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
//	GET  /v1.0/groups/{id}/members, /owners, /memberOf    $select $top $count, casts
//	GET  /v1.0/servicePrincipals                          $select $expand=appRoleAssignedTo|owners $filter $top $count
//	GET  /v1.0/servicePrincipals/{id}/appRoleAssignedTo, /owners
//	GET  /v1.0/applications                               $select $expand=owners $filter $top $count
//	GET  /v1.0/applications/{id}/owners
//	GET  /v1.0/roleManagement/directory/roleDefinitions   $select $filter $top
//	GET  /v1.0/roleManagement/directory/roleAssignments   $select $expand=principal $filter $top
//	GET  /v1.0/organization, /v1.0/subscribedSkus         $select
//	GET  {any of these}/{id}                              $select $expand
//	GET  {directory collection}/$count                    with ConsistencyLevel: eventual
//	POST /v1.0/$batch                                     up to 20 of the GETs above
//
// On ports of their own, where the options ask for them: GET /msi/token, the endpoint of managed identities in
// an App Service, and a proxy that leads the host names of Microsoft's clouds here, and no others.
//
// The tenant is made from a seed and sizes and is the same every time; [Server.Tenant] changes it,
// [Server.Census] tells what it really holds, [Server.Fail] and [Options] make the service misbehave,
// [Server.History] says what arrived.
package graphsim
