package graphsim

// seedOrganization makes the tenant's own record and its licences.
func (b *builder) seedOrganization() error {
	_, err := b.insert(organizationClass, map[string]any{
		"id": b.o.TenantID, "displayName": "Contoso", "city": "Redmond", "state": "WA", "country": "United States",
		"countryLetterCode": "US", "createdDateTime": "2018-05-14T09:30:00Z", "preferredLanguage": "en",
		"tenantType": "AAD", "technicalNotificationMails": []string{"it@" + domain}, "onPremisesSyncEnabled": true,
		"onPremisesLastSyncDateTime": "2024-12-30T04:00:00Z",
		"verifiedDomains":            b.verifiedDomains(),
	})
	if err != nil {
		return err
	}
	return b.seedSkus()
}
