//go:build unix

package servicekit

import (
	"testing"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// Feature is a part of what a service does. A program runs the tests of each under the name of its own requirement.
type Feature string

// All features. Every program has to run all of them, to which a test here holds it.
const (
	Syncs               Feature = "syncs"
	Status              Feature = "status"
	Rights              Feature = "rights"
	Accounts            Feature = "accounts"
	Actions             Feature = "actions"
	Events              Feature = "events"
	Health              Feature = "health"
	Survival            Feature = "survival"
	Credentials         Feature = "credentials"
	WithoutProvisioning Feature = "without provisioning"
)

// shared is a test that every program has to pass.
type shared struct {
	of   Feature
	name string
	test func(*testing.T, Connector)
}

func sharedTests() []shared {
	return []shared{
		{Syncs, "what is asked for", syncsWhatIsAskedFor},
		{Syncs, "single resources", syncsSingleResources},
		{Syncs, "with settings by variables", func(t *testing.T, c Connector) { takesSettings(t, c, false) }},
		{Syncs, "with settings by flags", func(t *testing.T, c Connector) { takesSettings(t, c, true) }},
		{Syncs, "with a log for debugging", uploadsALogForDebugging},
		{Status, "from Syncing to Connected", goesFromSyncingToConnected},
		{Rights, "of each kind", grantsAndRevokesEachKindOfRight},
		{Rights, "by ids alone", grantsByIDsAlone},
		{Accounts, "passwords to the vault alone", handsPasswordsToTheVaultAlone},
		{Accounts, "passwords that come encrypted", setsThePasswordThatComesEncrypted},
		{Accounts, "without a password", createsAndDeletesAccounts},
		{Actions, "each", doesEachAction},
		{Actions, "what is wrong with one", saysWhatIsWrongWithAnAction},
		{Events, "changes show", showsChangesInTheFeed},
		{Events, "disabled by flag", func(t *testing.T, c Connector) { disablesTheFeed(t, c, false) }},
		{Events, "disabled by variable", func(t *testing.T, c Connector) { disablesTheFeed(t, c, true) }},
		{Health, "of a service", answersProbes},
		{Health, "with a credential that the directory refuses", outlivesARefusedCredential},
		{Survival, "stopped in a task", isStoppedInATask},
		{Survival, "tokens that end in a sync", outlivesTokens},
		{Survival, "a directory that is away", waitsForTheDirectory},
		{Survival, "ConductorOne away at its start", waitsForConductorOne},
		{Credentials, "of ConductorOne's", saysWhichCredentialIsWrong},
		{WithoutProvisioning, "nothing is granted, created or removed", refusesToProvision},
	}
}

// Run holds a program to all shared tests of some features.
func Run(t *testing.T, c Connector, features ...Feature) {
	t.Helper()
	t.Parallel()
	for _, feature := range features {
		for _, s := range sharedTests() {
			if s.of == feature {
				t.Run(string(feature)+": "+s.name, func(t *testing.T) {
					t.Parallel()
					s.test(t, c)
				})
			}
		}
	}
}

// desk is a program as a service, and the account that it works on.
type desk struct {
	*Service
	c       Connector
	account Account
}

// open is a service in front of a new account, which does not run yet. A gate may stand in the account's traffic.
func open(t *testing.T, c Connector, gate *Gate) *desk {
	t.Helper()
	var account Account
	if gate == nil {
		account = c.Start(t, nil)
	} else {
		account = c.Start(t, gate)
	}
	return &desk{NewService(t, account, conductoronesim.Options{}), c, account}
}

// serve is one that runs and may provision.
func serve(t *testing.T, c Connector, args ...string) *desk {
	t.Helper()
	d := open(t, c, nil)
	d.Begin(append(args, "--provisioning")...)
	return d
}

// in returns it for a subtest.
func (d *desk) in(t *testing.T) *desk { return &desk{d.In(t), d.c, d.account} }
