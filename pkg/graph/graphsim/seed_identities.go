package graphsim

import "fmt"

// seedIdentities makes managed identities, on top of Options.Apps: one for ten applications, two at least
// where there is any application. They come by turns from a resource (system-assigned) and on their own
// (user-assigned).
func (b *builder) seedIdentities() error {
	d := newDice(b.o.Seed, "identities")
	count := max(2, b.o.Apps/10)
	if b.o.Apps == 0 {
		count = 0
	}
	subscription := d.guid()
	for n := range count {
		appID := d.guid()
		o, err := b.insert(servicePrincipalClass, map[string]any{
			"id": d.guid(), "appId": appID, "displayName": fmt.Sprintf("contoso-identity-%d", n), "accountEnabled": n != 5,
			"servicePrincipalType": "ManagedIdentity", "appRoleAssignmentRequired": false,
			"servicePrincipalNames": []string{appID, "https://identity.azure.net/" + d.opaque()},
			"alternativeNames":      alternativeNames(subscription, n),
		})
		if err != nil {
			return err
		}
		b.identities = append(b.identities, o)
	}
	return nil
}

func alternativeNames(subscription string, n int) []string {
	resource, explicit := fmt.Sprintf("Microsoft.Web/sites/contoso-site-%d", n), "isExplicit=False"
	if n%2 == 1 {
		resource, explicit = fmt.Sprintf("Microsoft.ManagedIdentity/userAssignedIdentities/contoso-identity-%d", n), "isExplicit=True"
	}
	return []string{explicit, "/subscriptions/" + subscription + "/resourcegroups/contoso-rg/providers/" + resource}
}

// seedRegistrations makes the registration behind each application that is at home in this tenant.
func (b *builder) seedRegistrations() error {
	d := newDice(b.o.Seed, "registrations")
	for _, sp := range b.apps {
		if sp.text("appOwnerOrganizationId") != b.o.TenantID {
			continue
		}
		_, err := b.insert(applicationClass, map[string]any{
			"id": d.guid(), "appId": sp.text("appId"), "displayName": sp.get("displayName"), "appRoles": sp.get("appRoles"),
			"createdDateTime": d.day(), "signInAudience": "AzureADMyOrg", "publisherDomain": domain, "info": sp.get("info"),
			"identifierUris":    []string{"api://" + sp.text("appId")},
			"verifiedPublisher": map[string]any{"displayName": nil, "verifiedPublisherId": nil, "addedDateTime": nil},
		})
		if err != nil {
			return err
		}
	}
	return b.orphans(d)
}

// orphans are registrations whose service principal was deleted, or never made.
func (b *builder) orphans(d *dice) error {
	if b.o.Apps == 0 {
		return nil
	}
	for n := range 2 {
		appID := d.guid()
		_, err := b.insert(applicationClass, map[string]any{
			"id": d.guid(), "appId": appID, "displayName": fmt.Sprintf("Contoso Retired Tool %d", n), "createdDateTime": d.day(),
			"signInAudience": "AzureADMyOrg", "publisherDomain": domain, "identifierUris": []string{"api://" + appID},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
