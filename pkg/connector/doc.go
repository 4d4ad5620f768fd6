// Package connector is the plumbing that every connector of the project shares: page tokens, entitlement
// ids, the way from an API's error to a gRPC status, and the counts that a sync ends with. It knows no
// vendor.
package connector
