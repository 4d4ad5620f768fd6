package graphsim

import (
	"encoding/json"
	"net/http"
	"slices"
)

// licenceOperations change what a user is licensed for.
var licenceOperations = []operation{
	{http.MethodPost, "users/{id}/assignLicense",
		[]string{"LicenseAssignment.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}, jsonBody, (*edit).assignLicence},
}

// Both lists have to be there, be they empty.
var licenceForm = newForm(nil, "addLicenses:list! removeLicenses:texts!")

// licenceChange is what is to be given and taken, looked up in the tenant.
type licenceChange struct {
	user *object
	add  []licence
	take []string // product ids
}

func (e *edit) assignLicence() (*reply, error) {
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	if err := licenceForm.check(e.body); err != nil {
		return nil, err
	}
	ch := &licenceChange{user: user}
	if err := e.body.into("removeLicenses", &ch.take); err != nil {
		return nil, err
	}
	if err := e.readLicences(ch); err != nil {
		return nil, err
	}
	for _, check := range []func(*licenceChange) error{e.checkTaken, e.checkPlace, e.checkSeats, e.checkExclusive} {
		if err := check(ch); err != nil {
			return nil, err
		}
	}
	if err := e.relicense(ch); err != nil {
		return nil, err
	}
	return e.entity(http.StatusOK, "users", e.t.byID[user.id()])
}

// readLicences reads what is to be given and holds it against the products of the tenant.
func (e *edit) readLicences(ch *licenceChange) error {
	var list []document
	if err := e.body.into("addLicenses", &list); err != nil {
		return err
	}
	one := newForm(nil, "skuId:text! disabledPlans:texts")
	for _, d := range list {
		if err := one.check(d); err != nil {
			return err
		}
		l := licence{SkuID: fold(d.text("skuId")), DisabledPlans: []string{}}
		if err := d.into("disabledPlans", &l.DisabledPlans); err != nil {
			return err
		}
		if err := e.checkProduct(l); err != nil {
			return err
		}
		ch.add = append(ch.add, l)
	}
	return nil
}

func (e *edit) checkProduct(l licence) error {
	sku := e.t.sku(l.SkuID)
	if sku == nil || sku.text("appliesTo") != "User" {
		return badRequest("License '%s' does not correspond to a license of the company that users can have.", l.SkuID)
	}
	for _, p := range l.DisabledPlans {
		if !slices.ContainsFunc(sku.plans(), func(have servicePlan) bool { return have.ServicePlanID == fold(p) }) {
			return badRequest("Service plan '%s' is not part of license '%s'.", p, l.SkuID)
		}
	}
	return nil
}

// checkTaken refuses to take what the user does not have, or has by a group.
func (e *edit) checkTaken(ch *licenceChange) error {
	for i, id := range ch.take {
		id = fold(id)
		ch.take[i] = id
		switch {
		case slices.ContainsFunc(ch.add, func(l licence) bool { return l.SkuID == id }):
			return badRequest("License '%s' cannot be added and removed at once.", id)
		case e.t.wasGiven(ch.user.id(), id):
		case slices.ContainsFunc(e.t.licenceStates(ch.user.id()), func(s licenceState) bool { return s.SkuID == id }):
			return badRequest("User license is inherited from a group membership and it cannot be removed directly from the user.")
		default:
			return badRequest("User does not have a corresponding license.")
		}
	}
	return nil
}

func (e *edit) checkPlace(ch *licenceChange) error {
	if len(ch.add) > 0 && ch.user.text("usageLocation") == "" {
		return badRequest("License assignment cannot be done for user with invalid usage location.")
	}
	return nil
}

// checkSeats refuses a product without a free seat. One that the user has already takes no other.
func (e *edit) checkSeats(ch *licenceChange) error {
	for _, l := range ch.add {
		if slices.Contains(e.t.licences.held[ch.user.id()], l.SkuID) {
			continue
		}
		sku := e.t.sku(l.SkuID)
		var bought seats
		if raw, _ := sku.get("prepaidUnits").(json.RawMessage); raw != nil && json.Unmarshal(raw, &bought) != nil {
			return invalidValue("prepaidUnits")
		}
		used, _ := sku.get("consumedUnits").(int)
		if used >= bought.Enabled+bought.Warning {
			return badRequest("Subscription with SKU %s does not have any available licenses.", l.SkuID)
		}
	}
	return nil
}
