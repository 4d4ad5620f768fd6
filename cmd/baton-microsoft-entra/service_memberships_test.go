//go:build unix

package main_test

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// membershipOf is the task that makes a user a member.
func membershipOf(group, user string) conductoronesim.Task {
	return conductoronesim.Grant(membersOf(group), v2.Resource_builder{Id: servicekit.ResourceID("user", user)}.Build())
}

// noMembershipOf is the task that takes the membership away.
func noMembershipOf(group, user string) conductoronesim.Task {
	return conductoronesim.Revoke(v2.Grant_builder{Id: "group:" + group + ":members:user:" + user, Entitlement: membersOf(group),
		Principal: v2.Resource_builder{Id: servicekit.ResourceID("user", user)}.Build()}.Build())
}

func membersOf(group string) *v2.Entitlement {
	return servicekit.EntitlementOf("group:" + group + ":members")
}
