package graphsim

// Products with their well-known ids.
const (
	skuE5          = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
	skuE3          = "05e9a617-0261-4cee-bb44-138d3ef5d965"
	skuOfficeE3    = "6fd2c87f-b296-42f0-b197-1e91e994b900"
	skuPremiumP2   = "84a661c4-e949-4bd2-a560-ed7766fcaf2b"
	skuEMS         = "b05e124f-c7cc-45a0-a6aa-8cf78c946968"
	skuFlowFree    = "f30db892-07e9-47e9-837c-80727f46fd3d"
	skuPowerBI     = "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"
	planExchange   = "efb87545-963c-4e0d-99df-69c6916d9eb0"
	planTeams      = "57ff2da0-773e-42df-b2af-ffb7a2317929"
	planSharePoint = "5dbe027f-2339-4123-9542-606e4d348a72"
	planPremiumP1  = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
	planPremiumP2  = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
	planIntune     = "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"
)

// servicePlan is a part of a product.
type servicePlan struct {
	AppliesTo          string `json:"appliesTo"`
	ProvisioningStatus string `json:"provisioningStatus"`
	ServicePlanID      string `json:"servicePlanId"`
	ServicePlanName    string `json:"servicePlanName"`
}

func plan(id, name string) servicePlan { return servicePlan{"User", "Success", id, name} }

// product is a licence in the making. Its seats are settled when it is known who holds it.
type product struct {
	id, part, appliesTo, status string
	premium                     bool // has P1 or P2 in it
	plans                       []servicePlan
	seats                       func(used int) seats
}

// seats are prepaidUnits.
type seats struct {
	Enabled   int `json:"enabled"`
	LockedOut int `json:"lockedOut"`
	Suspended int `json:"suspended"`
	Warning   int `json:"warning"`
}

// products are what the tenant bought: one in good order, one that is over-used, one in its grace period, one
// suspended, free ones, one that nobody holds, one without plans that is in no list of names, and one for the
// whole company.
func products(d *dice) []product {
	office := []servicePlan{plan(planExchange, "EXCHANGE_S_ENTERPRISE"), plan(planTeams, "TEAMS1"), plan(planSharePoint, "SHAREPOINTENTERPRISE")}
	premium := []servicePlan{plan(planPremiumP1, "AAD_PREMIUM"), plan(planIntune, "INTUNE_A")}
	with := func(lists ...[]servicePlan) (out []servicePlan) {
		for _, l := range lists {
			out = append(out, l...)
		}
		return out
	}
	p2 := []servicePlan{plan(planPremiumP2, "AAD_PREMIUM_P2")}
	return []product{
		{skuE5, "SPE_E5", "User", "Enabled", true, with(office, premium, p2), func(n int) seats { return seats{Enabled: n + 25} }},
		{skuE3, "SPE_E3", "User", "Suspended", true, with(office, premium), func(n int) seats { return seats{Suspended: n + 5} }},
		{skuOfficeE3, "ENTERPRISEPACK", "User", "Enabled", false, office, func(n int) seats { return seats{Enabled: max(0, n-2)} }},
		{skuPremiumP2, "AAD_PREMIUM_P2", "User", "Enabled", true, p2, func(n int) seats { return seats{Enabled: n} }},
		{skuEMS, "EMSPREMIUM", "User", "Warning", true, premium, func(n int) seats { return seats{Warning: n + 10} }},
		{skuFlowFree, "FLOW_FREE", "User", "Enabled", false, nil, func(int) seats { return seats{Enabled: 10000} }},
		{skuPowerBI, "POWER_BI_STANDARD", "User", "Enabled", false, nil, func(int) seats { return seats{Enabled: 1000000} }},
		{d.guid(), "CONTOSO_INTERNAL_PREVIEW", "User", "LockedOut", false, nil, func(int) seats { return seats{LockedOut: 3} }},
		{d.guid(), "CONTOSO_TENANT_STORAGE", "Company", "Enabled", false, nil, func(int) seats { return seats{Enabled: 1} }},
	}
}

// seedSkus makes the licences of the tenant, those with P1 or P2 in them only where it is premium.
func (b *builder) seedSkus() error {
	d := newDice(b.o.Seed, "products")
	for _, p := range products(d) {
		if p.premium && b.o.WithoutPremium {
			continue
		}
		_, err := b.insert(subscribedSkuClass, map[string]any{
			"id": b.o.TenantID + "_" + p.id, "skuId": p.id, "skuPartNumber": p.part, "appliesTo": p.appliesTo,
			"capabilityStatus": p.status, "consumedUnits": 0, "accountName": "Contoso", "accountId": b.o.TenantID,
			"servicePlans": p.plans, "subscriptionIds": []string{d.guid()},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settleSeats says how many seats were bought, now that it is known how many are taken.
func (b *builder) settleSeats() error {
	for _, p := range products(newDice(b.o.Seed, "products")) {
		o := b.t.byID[fold(b.o.TenantID+"_"+p.id)]
		if o == nil {
			continue
		}
		used, _ := o.get("consumedUnits").(int)
		next, err := o.with(map[string]any{"prepaidUnits": p.seats(used)})
		if err != nil {
			return err
		}
		*o = *next // nobody reads the tenant yet
	}
	return nil
}
