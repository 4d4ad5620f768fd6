package graphsim

import (
	"fmt"
	"strings"
)

// person is a user in the making.
type person struct {
	d      *dice
	n      int
	values map[string]any
}

// oddUsers are the shapes at the head of the list, in this order.
func oddUsers() []func(*person) {
	shapes := []func(*person){
		func(*person) {}, // the first is as plain as can be
		disabled, acceptedGuest, pendingGuest, memberGuest, withoutMail, otherMailOnly, manyAddresses, synced,
		bareUser, func(p *person) { acceptedGuest(p); disabled(p) }, func(p *person) { pendingGuest(p); withoutMail(p) },
		func(p *person) { p.values["createdDateTime"] = nil },
		func(p *person) { p.values["mail"] = "Info@" + domain }, // differs from the principal name
	}
	for _, name := range oddNames {
		shapes = append(shapes, func(p *person) { p.values["displayName"] = name })
	}
	for range 2 { // two people with one name
		shapes = append(shapes, func(p *person) { p.values["displayName"] = "Maria Weber" })
	}
	for _, m := range mailboxShapes() {
		shapes = append(shapes, sharedAccount(m.name))
	}
	return shapes
}

// seedUsers makes the people: odd ones first, then the crowd, of whom some are guests, disabled, synced or
// without a mailbox.
func (b *builder) seedUsers() error {
	d, odd := newDice(b.o.Seed, "users"), oddUsers()
	for n := range b.o.Users {
		p := newPerson(d, n)
		if n < len(odd) {
			odd[n](p)
		} else {
			ordinary(p)
		}
		if b.o.withoutSID(n) {
			p.values[securityIdentifier] = nil
		}
		o, err := b.insert(userClass, p.values)
		if err != nil {
			return err
		}
		b.users = append(b.users, o)
	}
	return nil
}

func newPerson(d *dice, n int) *person {
	given, surname := d.pick(givenNames), d.pick(surnames)
	local, place := mailName(given, surname, n), places[d.IntN(len(places))]
	mail, id := local+"@"+domain, d.guid()
	return &person{d: d, n: n, values: map[string]any{
		"id": id, securityIdentifier: sidOf(id), "displayName": given + " " + surname, "givenName": given, "surname": surname,
		"userPrincipalName": mail, "mail": mail, "mailNickname": local, "imAddresses": []string{mail},
		"proxyAddresses": []string{"SMTP:" + mail, "smtp:" + local + "@" + onMicrosoftDomain},
		"accountEnabled": true, "userType": "Member", "createdDateTime": d.day(),
		"jobTitle": d.pick(jobTitles), "department": d.pick(departments), "companyName": d.pick(companies),
		"employeeId": fmt.Sprintf("E%06d", n+1), "employeeType": d.pick(employeeTypes), "employeeHireDate": d.day(),
		"city": place[0], "country": place[1], "usageLocation": place[2], "preferredLanguage": place[3],
		"officeLocation": fmt.Sprintf("%d/%d", 1+d.IntN(40), 1000+d.IntN(4000)),
		"mobilePhone":    fmt.Sprintf("+1 555 01%05d", n%100000),
		"businessPhones": []string{fmt.Sprintf("+1 555 02%05d", n%100000)},
		"streetAddress":  fmt.Sprintf("%d Example Street", 1+d.IntN(900)), "postalCode": fmt.Sprintf("%05d", d.IntN(99999)),
	}}
}

func ordinary(p *person) {
	switch roll := p.d.IntN(100); {
	case roll < 6:
		acceptedGuest(p)
	case roll < 8:
		pendingGuest(p)
	case roll < 9:
		memberGuest(p)
	case roll < 29:
		synced(p)
	case roll < 33:
		withoutMail(p)
	}
	if p.d.chance(5) {
		disabled(p)
	}
	if p.d.chance(10) {
		p.values["jobTitle"], p.values["employeeId"], p.values["department"] = nil, nil, nil
	}
}

func disabled(p *person) { p.values["accountEnabled"] = false }

// guest is somebody from another tenant: the principal name holds #EXT#.
func guest(p *person, state string) {
	at := p.d.pick(partners)
	local, _ := p.values["mailNickname"].(string)
	p.values["mail"] = local + "@" + at
	p.values["userPrincipalName"] = local + "_" + at + "#EXT#@" + onMicrosoftDomain
	p.values["mailNickname"] = local + "_" + at + "#EXT#"
	p.values["proxyAddresses"] = []string{"SMTP:" + local + "@" + at}
	p.values["otherMails"] = []string{local + "@" + at}
	p.values["imAddresses"] = []string{}
	p.values["userType"], p.values["creationType"] = "Guest", "Invitation"
	p.values["externalUserState"], p.values["externalUserStateChangeDateTime"] = state, p.d.day()
	p.values["employeeId"], p.values["employeeHireDate"] = nil, nil
}

func acceptedGuest(p *person) { guest(p, "Accepted") }

// pendingGuest has not accepted the invitation.
func pendingGuest(p *person) { guest(p, "PendingAcceptance") }

// memberGuest comes from another tenant and is a member in this one.
func memberGuest(p *person) {
	guest(p, "Accepted")
	p.values["userType"] = "Member"
}

// withoutMail has no mailbox, though the principal name looks like an address.
func withoutMail(p *person) {
	p.values["mail"], p.values["proxyAddresses"], p.values["imAddresses"] = nil, []string{}, []string{}
}

func otherMailOnly(p *person) {
	withoutMail(p)
	p.values["otherMails"] = []string{fmt.Sprintf("private.%d@example.com", p.n), fmt.Sprintf("home.%d@example.net", p.n)}
}

// manyAddresses has the primary address in the last place, and kinds that are no mail addresses.
func manyAddresses(p *person) {
	local, _ := p.values["mailNickname"].(string)
	mail, _ := p.values["mail"].(string)
	p.values["proxyAddresses"] = []string{
		"smtp:" + local + "@" + onMicrosoftDomain, "X500:/o=Contoso/ou=External/cn=Recipients/cn=" + local,
		"sip:" + mail, "smtp:" + strings.ToUpper(local) + "@eu." + domain, "SMTP:" + mail,
	}
	p.values["otherMails"] = []string{fmt.Sprintf("%s@example.com", local)}
}

// synced comes from Active Directory.
func synced(p *person) {
	local, _ := p.values["mailNickname"].(string)
	name, _ := p.values["displayName"].(string)
	for key, v := range map[string]any{
		"onPremisesSyncEnabled": true, "onPremisesSamAccountName": local, "onPremisesDomainName": "corp." + domain,
		"onPremisesDistinguishedName":  fmt.Sprintf(`CN=%s\, %d,OU=People,DC=corp,DC=contoso,DC=com`, name, p.n),
		"onPremisesUserPrincipalName":  local + "@corp." + domain,
		"onPremisesSecurityIdentifier": fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 1100+p.n),
		"onPremisesLastSyncDateTime":   "2024-12-30T04:00:00Z",
	} {
		p.values[key] = v
	}
	p.values["onPremisesImmutableId"] = immutableID(p.n)
}

// bareUser has nothing but what every user has.
func bareUser(p *person) {
	kept := map[string]any{}
	for _, name := range []string{"id", "displayName", "userPrincipalName", "mailNickname", "accountEnabled", "userType", "createdDateTime", securityIdentifier} {
		kept[name] = p.values[name]
	}
	p.values = kept
}
