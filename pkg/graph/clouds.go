package graph

import "strings"

// Cloud is one of Microsoft's clouds: hosts that belong together. Tokens of one are of no use in another.
// https://learn.microsoft.com/graph/deployments
type Cloud struct {
	// Name is what settings call it, "" for one that is not known.
	Name string
	// Domain is the host of Graph.
	Domain string
	// Authority is where applications sign in.
	Authority string
	// AdminCenter is the Entra admin centre.
	AdminCenter string
	// Exchange is the host through which Exchange Online is administered. Those of the national clouds are not
	// documented.
	Exchange string
}

// Clouds returns those that are known, the global one first.
func Clouds() []Cloud {
	return []Cloud{
		{"public", "graph.microsoft.com", "https://login.microsoftonline.com", "https://entra.microsoft.com", "outlook.office365.com"},
		{"usgov", "graph.microsoft.us", "https://login.microsoftonline.us", "https://entra.microsoft.us", "outlook.office365.us"},
		{"usgov-dod", "dod-graph.microsoft.us", "https://login.microsoftonline.us", "https://entra.microsoft.us", "outlook-dod.office365.us"},
		{"china", "microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn", "https://entra.microsoftonline.cn", "partner.outlook.cn"},
	}
}

// CloudOf returns the cloud that a Graph domain belongs to. A domain that is not known is taken for one
// of the global cloud's.
func CloudOf(domain string) Cloud {
	for _, c := range Clouds() {
		if strings.EqualFold(c.Domain, domain) {
			c.Domain = domain
			return c
		}
	}
	c := Clouds()[0]
	c.Name, c.Domain = "", domain
	return c
}

// CloudNamed returns the cloud with a name.
func CloudNamed(name string) (Cloud, bool) {
	for _, c := range Clouds() {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Cloud{}, false
}

// Scope is what a token for the cloud's Graph is asked for.
func (c Cloud) Scope() string { return "https://" + c.Domain + "/.default" }

// ExchangeScope is what a token for the administration of the cloud's Exchange is asked for.
func (c Cloud) ExchangeScope() string { return "https://" + c.Exchange + "/.default" }

// Reference is the @odata.id by which a body names an object, like a member that is to be added. Graph
// wants its own address in it, whatever address the request goes to.
func (c Cloud) Reference(objectID string) string {
	return "https://" + c.Domain + "/v1.0/directoryObjects/" + objectID
}
