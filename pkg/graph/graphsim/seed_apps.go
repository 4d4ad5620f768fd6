package graphsim

import "fmt"

// program is a service principal in the making.
type program struct {
	d      *dice
	b      *builder
	n      int
	values map[string]any
}

// Places of the shapes at the head of the list of applications.
const (
	appConnector    = iota // the connector's own
	appGraph               // Microsoft Graph, whose roles are application permissions
	appManyRoles           // 60 app roles
	appManyAssigned        // as many assignments as there are, up to 5,000
	app19
	app20
	app21
	appDangling // assigned to what is gone, with a role that is gone
	appSAML
	appOIDC
	appHidden
	appDisabled
	appVerified
	appLegacy
	appSocial
	appWithoutRoles
	appUnassigned
	appManyOwners
	app20Owners
	appOwnedByApp
	appExchange
	appSharePoint
	appAzure
	appShapes // how many there are
)

const microsoftTenantID = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"

var appMakers = map[int]func(*program){
	appConnector: func(p *program) {
		home(p)
		p.values["appId"] = p.b.o.ClientID
		p.name("Contoso Directory Connector")
		p.values["appRoles"] = nil
	},
	appGraph:      func(p *program) { microsoft(p, "Microsoft Graph", graphAppID); p.values["appRoles"] = graphRoles() },
	appExchange:   func(p *program) { microsoft(p, "Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000") },
	appSharePoint: func(p *program) { microsoft(p, "Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000") },
	appAzure: func(p *program) {
		microsoft(p, "Windows Azure Service Management API", "797f4846-ba00-4fd7-ba43-dac1f8f63013")
	},
	appManyRoles:    func(p *program) { home(p); p.values["appRoles"] = manyRoles(p.d) },
	appManyAssigned: func(p *program) { home(p); p.values["appRoles"] = allOrdinaryRoles(p.d) },
	appSAML:         func(p *program) { gallery(p); p.values["preferredSingleSignOnMode"] = "saml" },
	appOIDC:         func(p *program) { home(p); p.values["preferredSingleSignOnMode"] = "oidc" },
	appHidden:       func(p *program) { gallery(p); p.tag("HideApp") },
	appDisabled:     func(p *program) { gallery(p); p.values["accountEnabled"] = false },
	appVerified: func(p *program) {
		gallery(p)
		p.values["verifiedPublisher"] = map[string]any{"displayName": "Fabrikam", "verifiedPublisherId": "1234567",
			"addedDateTime": "2022-03-04T05:06:07Z"}
	},
	appLegacy: func(p *program) { p.values["servicePrincipalType"], p.values["appOwnerOrganizationId"] = "Legacy", nil },
	appSocial: func(p *program) {
		p.values["servicePrincipalType"], p.values["appOwnerOrganizationId"] = "SocialIdp", nil
	},
	appWithoutRoles: func(p *program) { home(p); p.values["appRoles"] = nil },
	appManyOwners:   home,
	// Two with one name, and one without any.
	appUnassigned: func(p *program) { gallery(p); p.name("Contoso Portal") },
	app20Owners:   func(p *program) { home(p); p.name("Contoso Portal") },
	appOwnedByApp: func(p *program) { home(p); p.values["displayName"], p.values["appDisplayName"] = nil, nil },
}

// seedApps makes the service principals that are not managed identities.
func (b *builder) seedApps() error {
	d := newDice(b.o.Seed, "apps")
	for n := range b.o.Apps {
		p := newProgram(b, d, n)
		switch {
		case appMakers[n] != nil:
			appMakers[n](p)
		case n < appShapes || d.chance(50):
			gallery(p)
		default:
			home(p)
		}
		o, err := b.insert(servicePrincipalClass, p.values)
		if err != nil {
			return err
		}
		b.apps = append(b.apps, o)
	}
	return nil
}

func newProgram(b *builder, d *dice, n int) *program {
	p := &program{d: d, b: b, n: n}
	appID := d.guid()
	p.values = map[string]any{
		"id": d.guid(), "appId": appID, "accountEnabled": true, "servicePrincipalType": "Application",
		"appRoleAssignmentRequired": d.chance(50), "appRoles": ordinaryRoles(d), "signInAudience": "AzureADMyOrg",
		"servicePrincipalNames": []string{appID}, "tags": []string{"WindowsAzureActiveDirectoryIntegratedApp"},
		"info": map[string]any{"logoUrl": nil, "marketingUrl": nil, "privacyStatementUrl": nil, "supportUrl": nil, "termsOfServiceUrl": nil},
	}
	p.name(fmt.Sprintf("%s %s %d", d.pick(companies), d.pick(appNames), n))
	if n >= app19 && n-app19 < len(oddNames) {
		p.name(oddNames[n-app19])
	}
	return p
}

func (p *program) name(s string) { p.values["displayName"], p.values["appDisplayName"] = s, s }

func (p *program) tag(t string) {
	tags, _ := p.values["tags"].([]string)
	p.values["tags"] = append(tags, t)
}

// home is an application that this tenant wrote: there is a registration behind it.
func home(p *program) {
	p.values["appOwnerOrganizationId"] = p.b.o.TenantID
	p.values["homepage"] = fmt.Sprintf("https://app%d.%s", p.n, domain)
	p.values["replyUrls"] = []string{fmt.Sprintf("https://app%d.%s/signin", p.n, domain)}
}

// gallery is an application of somebody else.
func gallery(p *program) {
	p.values["appOwnerOrganizationId"], p.values["signInAudience"] = newDice(p.b.o.Seed, "vendor").guid(), "AzureADMultipleOrgs"
	p.values["homepage"] = fmt.Sprintf("https://www.%s/apps/%d", p.d.pick(partners), p.n)
	p.values["loginUrl"] = fmt.Sprintf("https://login.%s/%d", p.d.pick(partners), p.n)
	p.values["info"] = map[string]any{"logoUrl": nil, "marketingUrl": nil, "privacyStatementUrl": nil,
		"supportUrl": fmt.Sprintf("https://support.fabrikam.com/apps/%d?a=1&b=2", p.n), "termsOfServiceUrl": nil}
}

// microsoft is one of Microsoft's own.
func microsoft(p *program, name, appID string) {
	p.name(name)
	p.values["appId"], p.values["appOwnerOrganizationId"] = appID, microsoftTenantID
	p.values["servicePrincipalNames"], p.values["tags"] = []string{appID}, []string{}
	p.values["signInAudience"], p.values["appRoles"] = "AzureADMultipleOrgs", nil
}
