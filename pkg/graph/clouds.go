package graph

import "strings"

// Cloud is one of Microsoft's clouds: hosts that belong together. Tokens of one are of no use in another.
// https://learn.microsoft.com/graph/deployments
type Cloud struct {
	// Domain is the host of Graph.
	Domain string
	// Authority is where applications sign in.
	Authority string
	// AdminCenter is the Entra admin centre.
	AdminCenter string
}

// CloudOf returns the cloud that a Graph domain belongs to. A domain that is not known is taken for one
// of the global cloud's.
func CloudOf(domain string) Cloud {
	c := Cloud{Domain: domain, Authority: "https://login.microsoftonline.com", AdminCenter: "https://entra.microsoft.com"}
	switch strings.ToLower(domain) {
	case "graph.microsoft.us", "dod-graph.microsoft.us":
		c.Authority, c.AdminCenter = "https://login.microsoftonline.us", "https://entra.microsoft.us"
	case "microsoftgraph.chinacloudapi.cn":
		c.Authority, c.AdminCenter = "https://login.chinacloudapi.cn", "https://entra.microsoftonline.cn"
	}
	return c
}

// Scope is what a token for the cloud's Graph is asked for.
func (c Cloud) Scope() string { return "https://" + c.Domain + "/.default" }
