package graphsim

import "strings"

// federatedDomain is verified, and its users sign in elsewhere. unverifiedDomain was added and never proven.
const (
	federatedDomain  = "partners." + domain
	unverifiedDomain = "contoso-later.com"
)

// domainClass is a domain of the tenant; its id is its name.
var domainClass = newClass("domain", `
	authenticationType* availabilityStatus* isAdminManaged* isDefault* isInitial* isRoot* isVerified* manufacturer*
	model* passwordNotificationWindowInDays* passwordValidityPeriodInDays* state* supportedServices*+`)

var domainSet = &entitySet{path: "domains", class: domainClass, unpaged: true,
	rows: func(t *Tenant) []*object { return t.domains }}

func (b *builder) seedDomains() error {
	for _, name := range []string{onMicrosoftDomain, domain, federatedDomain, unverifiedDomain} {
		kind, services := "Managed", []string{"Email", "OfficeCommunicationsOnline"}
		if name == federatedDomain {
			kind = "Federated"
		}
		if name == unverifiedDomain {
			services = nil
		}
		_, err := b.insert(domainClass, map[string]any{
			"id": name, "authenticationType": kind, "isAdminManaged": true, "isDefault": name == domain,
			"isInitial": name == onMicrosoftDomain, "isRoot": name != federatedDomain, "isVerified": name != unverifiedDomain,
			"passwordNotificationWindowInDays": 14, "passwordValidityPeriodInDays": 2147483647, "supportedServices": services,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// verifiedDomains is the list of the tenant's own record.
func (b *builder) verifiedDomains() []map[string]any {
	var out []map[string]any
	for _, d := range b.t.domains {
		if d.get("isVerified") != true {
			continue
		}
		out = append(out, map[string]any{"name": d.id(), "isInitial": d.get("isInitial"), "isDefault": d.get("isDefault"),
			"type": d.get("authenticationType"), "capabilities": "Email, OfficeCommunicationsOnline"})
	}
	return out
}

// domainOf is the verified domain of a principal name, nil where there is none.
func (t *Tenant) domainOf(upn string) *object {
	_, name, _ := strings.Cut(upn, "@")
	for _, d := range t.domains {
		if strings.EqualFold(d.id(), name) && d.get("isVerified") == true {
			return d
		}
	}
	return nil
}
