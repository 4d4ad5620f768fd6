package entra

import (
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testcert"
	"github.com/conductorone/baton-microsoft-entra/pkg/internal/testkit"
	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// The two kinds of group that Exchange owns.
func distributionList() map[string]any {
	return map[string]any{"mailEnabled": true, "securityEnabled": false, "mail": "list@contoso.com", "mailNickname": "list"}
}

func mailEnabledSecurity() map[string]any {
	return map[string]any{"mailEnabled": true, "securityEnabled": true, "mail": "safe@contoso.com", "mailNickname": "safe"}
}

// exchangeRequests are those that arrived at Exchange's door.
func exchangeRequests(sim *graphsim.Server) int {
	n := 0
	for _, r := range sim.History() {
		if strings.HasPrefix(r.Path, "/adminapi/") {
			n++
		}
	}
	return n
}

func TestE05_MembersAndOwnersAreGrantedAndRevokedThroughExchange(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(31))
	user := connector.ResourceID(typeUser, d.users(1)[0])
	list, safe := d.group(distributionList()), d.group(mailEnabledSecurity())
	d.roundTrip(1, rightTo{list, slugMembers, user}, rightTo{safe, slugMembers, user}, rightTo{list, slugMembers, connector.ResourceID(typeGroup, safe)})
	d.roundTrip(0, rightTo{list, slugOwners, user}, rightTo{safe, slugOwners, user}) // Exchange is asked before an owner is written
	for _, r := range d.sim.History() {
		if strings.HasPrefix(r.Path, "/v1.0/") && r.Method != http.MethodGet {
			t.Errorf("%s %s: Graph cannot change these groups", r.Method, r.Path)
		}
	}
}

func TestE05_WhatExchangeKnowsReachesGraphLater(t *testing.T) {
	t.Parallel()
	o := writableTenant(31)
	o.ExchangeDelay = 5 * time.Minute
	d := openDesk(t, o)
	r := rightTo{d.group(distributionList()), slugMembers, connector.ResourceID(typeUser, d.users(1)[0])}
	d.writes()
	if notes, err := d.grant(r); err != nil || len(notes) != 0 {
		t.Fatalf("%v, %v", notes, err)
	}
	if notes, err := d.grant(r); err != nil || !notes.Contains(&v2.GrantAlreadyExists{}) {
		t.Errorf("again: %v, %v", notes, err)
	}
	d.synced(false, r)
	if d.clock.Ahead() >= 5*time.Minute {
		t.Errorf("the connector waited %v for Graph", d.clock.Ahead())
	}
	d.clock.Pass(5 * time.Minute)
	d.synced(true, r)
}

func TestE05_AnswersLostAtAnyRequestEndRight(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(32))
	list, users := d.group(distributionList()), d.users(2)
	if err := d.sim.Tenant().AddOwner(list, users[1]); err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{slugMembers, slugOwners} {
		d.sweep(rightTo{list, slug, connector.ResourceID(typeUser, users[0])}, "/", groupFaults())
	}
}

func TestE05_ExchangeThatKeepsTheApplicationOutIsExplained(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*graphsim.Options){
		"no permission": func(o *graphsim.Options) {
			o.Permissions = slices.DeleteFunc(o.Permissions, func(p string) bool { return p == "Exchange.ManageAsApp" })
		},
		"no role": func(o *graphsim.Options) { o.DirectoryRoles = nil },
	} {
		o := writableTenant(33)
		change(&o)
		d := openDesk(t, o)
		list, user := d.group(distributionList()), connector.ResourceID(typeUser, d.users(1)[0])
		for _, slug := range []string{slugMembers, slugOwners} {
			_, err := d.grant(rightTo{list, slug, user})
			refusedPlainly(t, name+", grant", err, codes.PermissionDenied, "Exchange.ManageAsApp", "Exchange Administrator")
			_, err = d.revoke(rightTo{list, slug, user})
			refusedPlainly(t, name+", revoke", err, codes.PermissionDenied, "Exchange.ManageAsApp", "Exchange Administrator")
		}
		if len(d.linked(list, slugMembers))+len(d.linked(list, slugOwners)) != 0 {
			t.Errorf("%s: something was written", name)
		}
	}
}

func TestE05_RefusedWithTheOAuthTokenSource(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(34))
	cfg := settingsOf(d.sim)
	cfg.EntraTenantId, cfg.EntraClientId, cfg.EntraClientSecret = "", "", ""
	c, err := newConnector(cfg, func(string) bool { return true }, surroundings{base: d.sim.Client().Transport, clock: d.clock,
		handed: handed{authMethod: string(config.OAuth), tokens: hostedFor(d.sim)}})
	if err != nil {
		t.Fatal(err)
	}
	d.client = testkit.Serve(t.Context(), t, c)
	user := connector.ResourceID(typeUser, d.users(1)[0])
	for _, kind := range []map[string]any{distributionList(), mailEnabledSecurity()} {
		r := rightTo{d.group(kind), slugMembers, user}
		d.writes()
		_, err := d.grant(r)
		refusedPlainly(t, "grant", err, codes.FailedPrecondition, "cannot be changed with OAuth", "client secret")
		_, err = d.revoke(r)
		refusedPlainly(t, "revoke", err, codes.FailedPrecondition, "cannot be changed with OAuth", "client secret")
		if n := exchangeRequests(d.sim); n != 0 {
			t.Errorf("%d requests to Exchange", n)
		}
		d.wrote("with OAuth", 0)
	}
	if _, err := d.grant(rightTo{d.group(nil), slugMembers, user}); err != nil {
		t.Errorf("a group that Graph can change: %v", err)
	}
}

// TestE05_ACertificateDoesToo: Exchange takes whoever signs in as the application.
func TestE05_ACertificateDoesToo(t *testing.T) {
	t.Parallel()
	pair := testcert.New(t)
	o := writableTenant(34)
	o.Certificates = []*x509.Certificate{pair.Certificate}
	d := openDesk(t, o)
	cfg := settingsOf(d.sim)
	cfg.EntraClientSecret, cfg.EntraClientCertificate, cfg.EntraClientCertificatePrivateKey = "", pair.PEM, pair.KeyPEM
	d.client = testkit.Serve(t.Context(), t, connectAs(t, d.sim, cfg, d.clock))
	r := rightTo{d.group(distributionList()), slugMembers, connector.ResourceID(typeUser, d.users(1)[0])}
	if notes, err := d.grant(r); err != nil || len(notes) != 0 || len(d.linked(r.group, slugMembers)) != 1 {
		t.Errorf("%v, %v", notes, err)
	}
}

func TestE05_WhoExchangeDoesNotKnowIsExplained(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(35))
	user, err := d.sim.Tenant().AddUser(map[string]any{"displayName": "No mailbox", "userPrincipalName": "nobody@contoso.com", "accountEnabled": true})
	if err != nil {
		t.Fatal(err)
	}
	list := d.group(distributionList())
	for _, slug := range []string{slugMembers, slugOwners} {
		_, err = d.grant(rightTo{list, slug, connector.ResourceID(typeUser, user)})
		refusedPlainly(t, slug, err, codes.FailedPrecondition, "Exchange does not know", "without a mailbox")
	}
	if notes, err := d.revoke(rightTo{list, slugMembers, connector.ResourceID(typeUser, user)}); err != nil || !notes.Contains(&v2.GrantAlreadyRevoked{}) {
		t.Errorf("whom Exchange does not know is no member: %v, %v", notes, err)
	}
	unknown := rightTo{d.group(map[string]any{"mailEnabled": true, "securityEnabled": false}), slugMembers, connector.ResourceID(typeUser, d.users(1)[0])}
	_, err = d.revoke(unknown)
	refusedPlainly(t, "a group that Exchange does not know", err, codes.FailedPrecondition, "Exchange does not know the group")
}

// TestE05_ReadsNeverNeedExchange: a sync of a tenant with such groups asks Exchange nothing, whoever may not.
func TestE05_ReadsNeverNeedExchange(t *testing.T) {
	t.Parallel()
	sim := startTenant(t, smallTenant(36))
	dumpOf(t, sim)
	if n := exchangeRequests(sim); n != 0 {
		t.Errorf("%d requests to Exchange", n)
	}
}

func TestE05_ThrottlingIsWaitedOutByExchangesOwnHeader(t *testing.T) {
	t.Parallel()
	d := openDesk(t, writableTenant(37))
	r := rightTo{d.group(distributionList()), slugMembers, connector.ResourceID(typeUser, d.users(1)[0])}
	d.sim.Fail(graphsim.Fault{PathContains: "/adminapi/", Status: http.StatusTooManyRequests, RetryAfter: "7"})
	if notes, err := d.grant(r); err != nil || len(notes) != 0 {
		t.Fatalf("%v, %v", notes, err)
	}
	if waited := d.clock.Ahead().Round(time.Second); waited != 7*time.Second {
		t.Errorf("waited %v", waited)
	}
}

// TestE05_NationalCloudsHaveTheirOwnExchange: its host and its scope go with the cloud's.
func TestE05_NationalCloudsHaveTheirOwnExchange(t *testing.T) {
	for name, host := range map[string]string{"public": "outlook.office365.com", "usgov": "outlook.office365.us", "usgov-dod": "outlook-dod.office365.us", "china": "partner.outlook.cn"} {
		cfg := &config.Entra{EntraTenantId: "11111111-1111-4111-8111-111111111111", EntraClientId: "22222222-2222-4222-8222-222222222222", EntraClientSecret: "x", Cloud: name}
		to, err := cfg.Check(config.Beside{Now: transport.SystemClock{}.Now()})
		if err != nil || to.Exchange.String() != "https://"+host || to.Cloud.ExchangeScope() != "https://"+host+"/.default" {
			t.Errorf("%s: %v, %v", name, to.Exchange, err)
		}
		cfg.ExchangeUrl = "http://127.0.0.1:1"
		if _, err = cfg.Check(config.Beside{Now: transport.SystemClock{}.Now()}); err == nil || !strings.Contains(err.Error(), "--exchange-url") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
