package graphsim

import (
	"encoding/json"
	"slices"
)

// planExchangeStandard is the smaller Exchange Online, which nobody has beside the larger one.
const planExchangeStandard = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"

// exclusive are service plans that one user cannot have together.
var exclusive = [][2]string{{planExchange, planExchangeStandard}}

// AddSubscribedSku adds a product that the tenant bought, as AddUser does. servicePlans are objects with
// servicePlanId and servicePlanName, prepaidUnits one with enabled and the like.
func (t *Tenant) AddSubscribedSku(properties map[string]any) (string, error) {
	return t.add(subscribedSkuClass, properties)
}

// plans are the parts of a product.
func (o *object) plans() []servicePlan {
	var out []servicePlan
	raw, _ := o.get("servicePlans").(json.RawMessage)
	if json.Unmarshal(raw, &out) != nil {
		return nil // absent, or no plans
	}
	return out
}

// checkExclusive refuses products with plans that exclude each other, where both would be switched on.
func (e *edit) checkExclusive(ch *licenceChange) error {
	if len(ch.add) == 0 {
		return nil
	}
	on := e.plansOn(ch)
	for _, pair := range exclusive {
		if slices.Contains(on, pair[0]) && slices.Contains(on, pair[1]) {
			return badRequest("License assignment failed because service plans %s, %s are mutually exclusive.", pair[0], pair[1])
		}
	}
	return nil
}

// plansOn are the service plans that a user has after a change.
func (e *edit) plansOn(ch *licenceChange) []string {
	after := slices.Clone(ch.add)
	for _, s := range e.t.licenceStates(ch.user.id()) {
		stays := s.AssignedByGroup != nil || !ch.replaces(s.SkuID)
		if s.State != "Error" && stays {
			after = append(after, licence{SkuID: s.SkuID, DisabledPlans: s.DisabledPlans})
		}
	}
	var on []string
	for _, l := range after {
		sku := e.t.sku(l.SkuID)
		if sku == nil {
			continue
		}
		for _, p := range sku.plans() {
			if !slices.Contains(l.DisabledPlans, p.ServicePlanID) {
				on = append(on, p.ServicePlanID)
			}
		}
	}
	return on
}

// replaces says whether a change takes a product or gives it anew.
func (ch *licenceChange) replaces(sku string) bool {
	return slices.Contains(ch.take, sku) || slices.ContainsFunc(ch.add, func(l licence) bool { return l.SkuID == sku })
}

// relicense makes a change that has been checked. Giving a product again sets which of its plans are off.
func (e *edit) relicense(ch *licenceChange) error {
	held := &e.t.licences
	id := ch.user.id()
	before := slices.Clone(held.given[id])
	held.given[id] = slices.DeleteFunc(held.given[id], func(l licence) bool { return ch.replaces(l.SkuID) })
	for _, l := range ch.add {
		delete(held.flaws, assignment{id, "", l.SkuID})
		held.give(id, l.SkuID, e.t.replication.now(), l.DisabledPlans...)
	}
	if err := e.t.relicense(id); err != nil {
		return err
	}
	e.t.relicensed(ch.user, before)
	e.t.replication.changed(ch.user)
	return nil
}
