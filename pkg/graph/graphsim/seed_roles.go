package graphsim

// builtInRoles are well-known directory roles with their template ids.
var builtInRoles = [][2]string{
	{"62e90394-69f5-4237-9190-012177145e10", "Global Administrator"},
	{"f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"},
	{"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"},
	{"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator"},
	{"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"},
	{"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator"},
	{"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"},
	{"5d6b6bb7-de71-4623-b4af-96380a352509", "Security Reader"},
	{"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"},
	{"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator"},
	{"cf1c38e5-3621-4004-a7cb-879624dced7c", "Application Developer"},
	{"29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"},
	{"f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator"},
	{"69091246-20e8-4a56-aa4d-066075b2a7a8", "Teams Administrator"},
	{"3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator"},
	{"b0f54661-2d74-4c50-afa3-1ec803f12efe", "Billing Administrator"},
	{"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"},
	{"17315797-102d-40b4-93e0-432062caca18", "Compliance Administrator"},
	{"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers"},
	{"9360feb5-f418-4baa-8175-e2a00bac4301", "Directory Writers"},
	{"fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator"},
	{"4d6ac14f-3453-41d0-bef9-a3e0c569773a", "License Administrator"},
	{"c4e39bd9-1100-46d3-8c65-fb160da0071f", "Authentication Administrator"},
	{"95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter"},
}

// seedRoles makes the built-in roles, three custom ones and one that is disabled.
func (b *builder) seedRoles() error {
	d := newDice(b.o.Seed, "roles")
	for _, r := range builtInRoles {
		if err := b.role(r[0], r[1], true, true); err != nil {
			return err
		}
	}
	for _, name := range []string{"Store Application Owner", `"Tier 1" Helpdesk & Co`, "Nur für Lesende"} {
		if err := b.role(d.guid(), name, false, true); err != nil {
			return err
		}
	}
	return b.role(d.guid(), "Retired Custom Role", false, false)
}

func (b *builder) role(id, name string, builtIn, enabled bool) error {
	_, err := b.insert(roleDefinitionClass, map[string]any{
		"id": id, "templateId": id, "displayName": name, "description": "Members can do the work of a " + name + ".",
		"isBuiltIn": builtIn, "isEnabled": enabled, "resourceScopes": []string{"/"}, "version": "1",
		"rolePermissions": []map[string]any{{"allowedResourceActions": []string{"microsoft.directory/applications/standard/read"}, "condition": nil}},
	})
	return err
}
