package graphsim

const skuE5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"

// seedOrganization makes the tenant's own record and its licences.
func (b *builder) seedOrganization() error {
	_, err := b.insert(organizationClass, map[string]any{
		"id": b.o.TenantID, "displayName": "Contoso", "city": "Redmond", "state": "WA", "country": "United States",
		"countryLetterCode": "US", "createdDateTime": "2018-05-14T09:30:00Z", "preferredLanguage": "en",
		"tenantType": "AAD", "technicalNotificationMails": []string{"it@" + domain}, "onPremisesSyncEnabled": true,
		"onPremisesLastSyncDateTime": "2024-12-30T04:00:00Z",
		"verifiedDomains": []map[string]any{
			{"name": onMicrosoftDomain, "isInitial": true, "isDefault": false, "type": "Managed", "capabilities": "Email, OfficeCommunicationsOnline"},
			{"name": domain, "isInitial": false, "isDefault": true, "type": "Managed", "capabilities": "Email, OfficeCommunicationsOnline"},
		},
	})
	if err != nil {
		return err
	}
	return b.seedSkus()
}

func (b *builder) seedSkus() error {
	for _, sku := range []struct {
		part, id, appliesTo, status string
		enabled                     int
	}{
		{"SPE_E5", skuE5, "User", "Enabled", b.o.Users + 25},
		{"SPE_E3", "05e9a617-0261-4cee-bb44-138d3ef5d965", "User", "Suspended", 0},
		{"AAD_PREMIUM_P2", "84a661c4-e949-4bd2-a560-ed7766fcaf2b", "User", "Enabled", 10},
		{"FLOW_FREE", "f30db892-07e9-47e9-837c-80727f46fd3d", "User", "Warning", 10000},
	} {
		_, err := b.insert(subscribedSkuClass, map[string]any{
			"id": b.o.TenantID + "_" + sku.id, "skuId": sku.id, "skuPartNumber": sku.part, "appliesTo": sku.appliesTo,
			"capabilityStatus": sku.status, "consumedUnits": 0, "accountName": "Contoso", "accountId": b.o.TenantID,
			"prepaidUnits": map[string]any{"enabled": sku.enabled, "suspended": 0, "warning": 0, "lockedOut": 0},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
