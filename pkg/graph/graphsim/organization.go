package graphsim

var organizationClass = newClass("organization", `
	businessPhones*+ city* country* countryLetterCode* createdDateTime* deletedDateTime* defaultUsageLocation*
	displayName* onPremisesLastSyncDateTime* onPremisesSyncEnabled* postalCode* preferredLanguage* state* street*
	technicalNotificationMails*+ tenantType* verifiedDomains*+`)

// subscribedSkuClass is a licence that the tenant has bought.
var subscribedSkuClass = newClass("subscribedSku", `
	accountId* accountName* appliesTo* capabilityStatus* consumedUnits* prepaidUnits* servicePlans*+ skuId*
	skuPartNumber* subscriptionIds*+`)

// Both come in one answer, whole: neither can be paged.
var (
	organizationSet = &entitySet{path: "organization", class: organizationClass, unpaged: true,
		rows: func(t *Tenant) []*object { return t.organization }}
	subscribedSkuSet = &entitySet{path: "subscribedSkus", class: subscribedSkuClass, unpaged: true,
		rows: func(t *Tenant) []*object { return t.subscribedSkus }}
)
