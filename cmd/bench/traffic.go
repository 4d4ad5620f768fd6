package main

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// traffic is what a sync asked of Graph.
type traffic struct {
	requests, units int
	refused         int // with 429
	failed          int // with 429 or from 500 on
	bytes           int64
	parts           map[string]int // requests by part of the tenant
}

// trafficOf counts what arrived at a tenant. Sign-in is not Graph.
func trafficOf(t *tenant) traffic {
	out := traffic{bytes: t.sent.Load(), parts: map[string]int{}}
	for _, r := range t.sim.History() {
		if !strings.HasPrefix(r.Path, "/v1.0/") {
			continue
		}
		out.requests++
		out.units += r.ResourceUnits
		out.parts[partOf(r)]++
		if r.Status == http.StatusTooManyRequests {
			out.refused++
		}
		if r.Status == http.StatusTooManyRequests || r.Status >= http.StatusInternalServerError {
			out.failed++
		}
	}
	return out
}

// The parts of a tenant that a cost is told of.
const (
	partUsers       = "users"
	partGroups      = "groups"
	partMemberships = "memberships"
	partApps        = "applications"
	partAssignments = "assignments"
	partRest        = "rest"
)

func parts() []string {
	return []string{partUsers, partGroups, partMemberships, partApps, partAssignments, partRest}
}

// partOf is the part that a request is for. A list that brings a relation with it is that of the relation.
func partOf(r graphsim.Request) string {
	path := strings.TrimPrefix(r.Path, "/v1.0")
	switch relation := expanded(r.Query); {
	case strings.HasSuffix(path, "/$count"):
		return partRest
	case path == "/users":
		return partUsers
	case path == "/groups" && relation != "members" && relation != "owners":
		return partGroups
	case strings.HasPrefix(path, "/groups"), path == "/servicePrincipals" && relation == "memberOf":
		return partMemberships
	case strings.HasSuffix(path, "/appRoleAssignedTo"), path == "/servicePrincipals" && relation == "appRoleAssignedTo":
		return partAssignments
	case path == "/servicePrincipals":
		return partApps
	}
	return partRest
}

// expanded is the relation that a list brings with it, "" for none.
func expanded(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return "" // the tenant has refused it
	}
	relation, _, _ := strings.Cut(values.Get("$expand"), "(")
	return relation
}
