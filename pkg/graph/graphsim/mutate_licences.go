package graphsim

import (
	"fmt"
	"slices"
)

// AssignLicense gives a product of the tenant to a user, or to a group, whose direct members then inherit it.
func (t *Tenant) AssignLicense(id, skuID string, disabledPlans ...string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	holder, sku := t.byID[fold(id)], t.sku(skuID)
	if sku == nil || !licensable(holder) {
		return fmt.Errorf("graphsim: assign licence %s to %s: no such product, user or group", skuID, id)
	}
	if t.wasGiven(holder.id(), sku.text("skuId")) {
		return fmt.Errorf("graphsim: assign licence %s to %s: already assigned", skuID, id)
	}
	before := slices.Clone(t.licences.given[holder.id()])
	t.licences.give(holder.id(), sku.text("skuId"), t.replication.now(), disabledPlans...)
	t.relicensed(holder, before)
	return t.relicenseHolder(holder)
}

// RemoveLicense takes back what AssignLicense gave. What a user inherits cannot be taken from the user.
func (t *Tenant) RemoveLicense(id, skuID string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	holder := t.byID[fold(id)]
	if holder == nil || !t.wasGiven(holder.id(), fold(skuID)) {
		return fmt.Errorf("graphsim: remove licence %s of %s: not assigned directly", skuID, id)
	}
	before := slices.Clone(t.licences.given[holder.id()])
	t.licences.given[holder.id()] = slices.DeleteFunc(t.licences.given[holder.id()], func(l licence) bool { return l.SkuID == fold(skuID) })
	t.relicensed(holder, before)
	return t.relicenseHolder(holder)
}

func licensable(o *object) bool { return o != nil && (o.class == userClass || o.class == groupClass) }

func (t *Tenant) wasGiven(id, sku string) bool {
	return slices.ContainsFunc(t.licences.given[id], func(l licence) bool { return l.SkuID == sku })
}

// relicenseHolder brings a user up to date, or a group with its direct members.
func (t *Tenant) relicenseHolder(o *object) error {
	if o.class == userClass {
		return t.relicense(o.id())
	}
	next, err := t.licensedGroup(o)
	if err != nil {
		return err
	}
	t.replace(o, next)
	return t.relicense(t.members[o.id()]...)
}

// licensedGroup is a group's row with the licences that it gives.
func (t *Tenant) licensedGroup(o *object) (*object, error) {
	given := t.licences.given[o.id()]
	values := map[string]any{"assignedLicenses": given, "licenseProcessingState": nil}
	if len(given) > 0 {
		values["licenseProcessingState"] = map[string]string{"state": "ProcessingComplete"}
	}
	return o.with(values)
}
