package main

import (
	"encoding/json"
	"fmt"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// addLicences counts the products, and who was given one: users directly, and groups.
func (e expectation) addLicences(c *graphsim.Census) error {
	sold := map[string]bool{}
	for _, l := range c.SubscribedSkus {
		sold[l.Text("skuId")] = true
	}
	e.of("license").resources = len(sold)
	for _, u := range c.Users {
		var states []struct {
			SkuID, State    string
			AssignedByGroup *string
		}
		if err := property(u, "licenseAssignmentStates", &states); err != nil {
			return err
		}
		for _, s := range states {
			if s.AssignedByGroup == nil && s.State != "Error" && sold[s.SkuID] {
				e.of("license").direct++
			}
		}
	}
	for _, g := range c.Groups {
		var given []struct{ SkuID string }
		if err := property(g, "assignedLicenses", &given); err != nil {
			return err
		}
		for _, l := range given {
			if sold[l.SkuID] {
				e.of("license").direct++
			}
		}
	}
	return nil
}

// addCredentials counts the secrets and keys of service principals and of app registrations, each id once.
func (e expectation) addCredentials(c *graphsim.Census) error {
	ids := map[string]bool{}
	for _, holders := range [][]graphsim.Record{c.ServicePrincipals, c.Applications} {
		for _, holder := range holders {
			for _, kind := range []string{"keyCredentials", "passwordCredentials"} {
				var credentials []struct{ KeyID string }
				if err := property(holder, kind, &credentials); err != nil {
					return err
				}
				for _, x := range credentials {
					ids[x.KeyID] = true
				}
			}
		}
	}
	e.of("service_principal_credential").resources = len(ids)
	return nil
}

// property reads a property that is a list of objects; what has none may have an empty list of anything.
func property(r graphsim.Record, name string, into any) error {
	raw, ok := r.Get(name).(json.RawMessage)
	if !ok {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read the %s of %s: %w", name, r.ID(), err)
	}
	return nil
}
