package entra

// addLicenses expects the products, and a grant for whoever was given one: each user directly, each group,
// and through the group its direct members that are users.
func (e *expected) addLicenses(c census) {
	for _, l := range c.SubscribedSkus {
		e.skus[l.SkuID] = true
		e.Resources["license:"+l.SkuID] = true
		e.Entitlements["license:"+l.SkuID+":assigned"] = true
	}
	for _, u := range c.Users {
		for _, l := range u.Licenses {
			if l.ByGroup == nil && l.State != "Error" {
				e.license(l.SkuID, "user:"+u.ID)
			}
		}
	}
	for _, g := range c.Groups {
		if e.kinds[g.ID] == "" {
			continue // left out
		}
		for _, l := range g.Licenses {
			if !e.license(l.SkuID, "group:"+g.ID) {
				continue
			}
			for _, key := range e.members[g.ID] {
				if key[:5] == "user:" {
					e.Derived["license:"+l.SkuID+":assigned:"+key] = true
				}
			}
		}
	}
}

func (e *expected) license(sku, holder string) bool {
	if !e.skus[sku] {
		e.left["licence"]++
		return false
	}
	e.Direct["license:"+sku+":assigned:"+holder] = true
	return true
}
