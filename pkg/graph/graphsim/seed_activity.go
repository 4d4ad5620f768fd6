package graphsim

import "strconv"

// seedActivity gives users what lives beside the directory: when they signed in last, the attributes that
// Active Directory sent, and a mailbox.
func (b *builder) seedActivity() error {
	d, shapes := newDice(b.o.Seed, "activity"), len(oddUsers())-len(mailboxShapes())
	none, err := plainValue(extensions(d, false)) // the same for nearly all
	if err != nil {
		return err
	}
	for n, o := range b.users {
		attributes := none
		if o.get("onPremisesSyncEnabled") == true {
			attributes = extensions(d, true)
		}
		next, err := o.with(map[string]any{signInActivity: activity(d, n), "onPremisesExtensionAttributes": attributes})
		if err != nil {
			return err
		}
		*o = *next // nobody reads the tenant yet
		if purpose := mailboxOf(d, n-shapes, o); purpose != "" {
			b.t.mailboxes[o.id()] = purpose
		}
	}
	return nil
}

// activity is nothing for a fifth of the users, who never signed in. Some have signed in interactively alone,
// some only ever failed to, and some have done it before successes were noted.
func activity(d *dice, n int) any {
	if n%5 == 4 {
		return nil
	}
	interactive, other, success := d.day(), d.day(), d.day()
	all := map[string]any{
		"lastSignInDateTime": interactive, "lastSignInRequestId": d.guid(),
		"lastNonInteractiveSignInDateTime": other, "lastNonInteractiveSignInRequestId": d.guid(),
		"lastSuccessfulSignInDateTime": success, "lastSuccessfulSignInRequestId": d.guid(),
	}
	drop := func(name string) { all[name+"DateTime"], all[name+"RequestId"] = nil, nil }
	switch n % 10 {
	case 1:
		drop("lastNonInteractiveSignIn")
	case 2:
		drop("lastSuccessfulSignIn")
	case 3:
		drop("lastSuccessfulSignIn")
		drop("lastNonInteractiveSignIn")
	}
	return all
}

// extensions are the fifteen attributes: some of them set for who comes from on-premises, none for the others.
func extensions(d *dice, synced bool) map[string]any {
	out := map[string]any{}
	for i := range 15 {
		name := "extensionAttribute" + strconv.Itoa(i+1)
		out[name] = nil
		if synced && (i == 0 || i == 14 || d.chance(30)) {
			out[name] = "value " + strconv.Itoa(d.IntN(100))
		}
	}
	return out
}

// mailboxOf decides what mailbox a user has: none without a mail address and none for who comes from elsewhere.
func mailboxOf(d *dice, shape int, o *object) string {
	odd := d.IntN(100)
	switch {
	case o.get("mail") == nil || o.get("externalUserState") != nil:
		return ""
	case shape >= 0 && shape < len(mailboxShapes()):
		return mailboxShapes()[shape].purpose
	case odd < 3:
		return []string{"shared", "room", "equipment"}[odd]
	}
	return "user"
}

// mailboxShape is an account that is no person: it has a mailbox, and nobody signs in to it.
type mailboxShape struct{ name, purpose string }

func mailboxShapes() []mailboxShape {
	return []mailboxShape{{"Reception", "shared"}, {"Conf Room Adams", "room"}, {"Projector 12", "equipment"},
		{"Fabrikam Liaison", "linked"}, {"Journal", "others"}}
}

// sharedAccount turns a person into the account of a mailbox.
func sharedAccount(name string) func(*person) {
	return func(p *person) {
		p.values["displayName"], p.values["accountEnabled"] = name, false
		for _, personal := range []string{"givenName", "surname", "jobTitle", "employeeId", "employeeHireDate", "employeeType", "mobilePhone"} {
			p.values[personal] = nil
		}
	}
}
