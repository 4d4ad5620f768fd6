package entra

import "github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"

// switches are the settings that change what is synced, or what follows a change. All are off by default.
type switches struct {
	// skipADGroups leaves out groups that are synced from on-premises, and in the others the members
	// that are, unless includeOnPremMembers keeps these.
	skipADGroups, includeOnPremMembers bool
	// skipUnassignedApps leaves out applications that nobody is assigned to.
	skipUnassignedApps bool
	// signInActivity, extensionAttributes and mailboxSettings add to the rows of users.
	signInActivity, extensionAttributes, mailboxSettings bool
	// scheduleSCIM lets Entra ID provision to an application whose access was changed.
	scheduleSCIM bool
	// withoutAuditFeed leaves out the event feed of changes in the directory.
	withoutAuditFeed bool
}

func switchesOf(cfg *config.Entra) switches {
	return switches{
		skipADGroups:         cfg.SkipAdGroups,
		includeOnPremMembers: cfg.IncludeOnPremGroupMembers,
		skipUnassignedApps:   cfg.SkipUnassignedApps,
		signInActivity:       cfg.SignInActivity,
		extensionAttributes:  cfg.OnPremisesExtensionAttributes,
		mailboxSettings:      cfg.MailboxSettings,
		scheduleSCIM:         cfg.ScheduleScimProvisioning,
		withoutAuditFeed:     cfg.DisableAuditLogFeed,
	}
}

// dropsOnPremMembers says whether users from on-premises are kept out of the members of cloud groups.
func (s switches) dropsOnPremMembers() bool { return s.skipADGroups && !s.includeOnPremMembers }
