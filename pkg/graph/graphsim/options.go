package graphsim

import (
	"cmp"
	"crypto/x509"
	"io"
	"strings"
	"time"
)

// Options says what tenant to build and how awkward the service is to be. The zero value is a tenant of
// 200 users and a calm service.
type Options struct {
	// Seed makes the tenant: the same seed and sizes give the same tenant, byte for byte.
	Seed uint64
	// Users, Groups, Memberships (edges from groups to members), Apps (service principals that are not
	// managed identities) and Assignments (edges of appRoleAssignedTo) are the sizes. 0 means the default,
	// 200, 40, 1000, 30 and 300; a negative number means none. A shape that does not fit the sizes (a group
	// of 1,000 members among 200 users) is left out.
	Users, Groups, Memberships, Apps, Assignments int

	// TenantID, ClientID and ClientSecret are made from the seed where they are empty.
	TenantID, ClientID, ClientSecret string
	// ClientSecretEnds is when ClientSecret expires; zero is never.
	ClientSecretEnds time.Time
	// Permissions are the application permissions with consent; nil means ReadPermissions().
	Permissions []string
	// DirectoryRoles are the directory roles of the application, by name, for the whole tenant, beside that of the
	// seed, which lets it read. Passwords, Exchange and what concerns administrators take one; see the README.
	DirectoryRoles []string
	// ClientSecrets are further secrets of the application, with their ends; they show among the credentials
	// of its registration. ClientSecret is the first of them where it is empty itself.
	ClientSecrets []ClientSecret
	// Certificates let the application sign in by client assertion.
	Certificates []*x509.Certificate
	// Federations let it sign in with an assertion of another issuer.
	Federations []Federation
	// AssertionsAhead is how far the clock that assertions are held against is ahead of the machine's; below 0 it is
	// behind. Five minutes are forgiven beyond what an assertion says of its life.
	AssertionsAhead time.Duration
	// ManagedIdentity opens the token endpoint of an App Service, see Server.IdentityEndpoint.
	ManagedIdentity bool
	// Cloud is where the tenant lives: "public" (default), "usgov", "usgov-dod" or "china". It matters to who
	// comes by a cloud's own host names, through the proxy.
	Cloud string
	// Proxy is a loopback address for an HTTP proxy that leads the host names of the clouds here; "" is none.
	Proxy string

	// WithoutPremium makes a tenant without P1 or P2: it has no signInActivity.
	WithoutPremium bool
	// HiddenMembership is how many Microsoft 365 groups hide their members from applications without
	// Member.Read.Hidden.
	HiddenMembership int

	// PageSize caps every page, whatever $top says; 0 leaves Graph's own 100 and 999.
	PageSize int
	// Latency is added to every answer.
	Latency time.Duration
	// Throttle is the size of the tenant by which resource units are limited: "off" (default), "small",
	// "medium" or "large".
	Throttle string
	// Faults are random failures, "429=0.02,503=0.01,html504=0.01,cut=0.01,drop=0.01", drawn by FaultSeed.
	Faults    string
	FaultSeed uint64
	// WriteHold is how long a write keeps what it changes; another write to the same object is refused meanwhile,
	// with 409, as a concurrent update is.
	WriteHold time.Duration
	// WithoutLimits lifts the limits on signInActivity and keyCredentials, which hold whatever Throttle says.
	WithoutLimits bool
	// CountLag is how many rows the index behind $count does not know of yet.
	CountLag int
	// ReplicationDelay is how long reads do not show yet what was written, by the clock of Now: neither what the
	// methods of Tenant add nor what comes by a request.
	ReplicationDelay time.Duration
	// ExchangeDelay is how long what the Exchange door writes stays invisible in Graph. MethodLag is how long a
	// deleted authentication method is listed on, and counted against the deletion of the default one. Both go by
	// the clock of Now.
	ExchangeDelay, MethodLag time.Duration
	// AuditLag is the most that a record of the audit log or of the sign-in log takes to show, by the clock of Now:
	// each takes a time of its own, so that they come in another order than that of their times.
	AuditLag time.Duration
	// DeltaLinks caps the links on a page of the delta of groups; 0 leaves Graph's own 500.
	DeltaLinks int
	// DeltaWithoutServicePrincipals leaves service principals out of what the delta of groups gives: Microsoft does
	// not say whether they are in it.
	DeltaWithoutServicePrincipals bool
	// DeltaStatus is a status with which the delta of groups is refused, as 400, 404 or 501; 0 serves it.
	DeltaStatus int
	// RangesStatus is a status with which a filter of users is refused that has ge or le on securityIdentifier, as 400
	// or 501; 0 serves it. RangesIgnored serves it as if the whole filter were not there, without a word: all users come.
	RangesStatus  int
	RangesIgnored bool
	// UsersWithoutSID is how many users, the last ones of the seed, have no securityIdentifier.
	UsersWithoutSID int
	// ExpandPageSize caps the pages of a listing with $expand, as a service may that has more to do for them; 0 is no cap.
	ExpandPageSize int
	// EmptyPages puts an empty page with a nextLink in front of some pages, chosen by the seed.
	EmptyPages bool
	// TokenLifetime is how long an access token works; 0 means an hour.
	TokenLifetime time.Duration
	// Traffic receives each request as a line of JSON, secrets replaced.
	Traffic io.Writer
	// Now is the clock of tokens and throttling; nil means time.Now.
	Now func() time.Time
}

// ReadPermissions are the application permissions that reading the tenant takes.
func ReadPermissions() []string {
	return []string{"User.Read.All", "GroupMember.Read.All", "Application.Read.All", "RoleManagement.Read.Directory", "LicenseAssignment.Read.All"}
}

// EveryReadPermission is ReadPermissions with what sign-in activity, mailboxes and hidden members take.
func EveryReadPermission() []string {
	return append(ReadPermissions(), "AuditLog.Read.All", "MailboxSettings.Read", "Member.Read.Hidden")
}

// WritePermissions are the application permissions that all writes take, beside those that read.
func WritePermissions() []string {
	return []string{"Group.ReadWrite.All", "GroupMember.ReadWrite.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
		"Directory.Read.All", "RoleManagement.ReadWrite.Directory", "LicenseAssignment.ReadWrite.All", "User.ReadWrite.All",
		"User.RevokeSessions.All", "UserAuthenticationMethod.ReadWrite.All", "Synchronization.ReadWrite.All", "Exchange.ManageAsApp"}
}

// withDefaults fills in what was left empty and refuses what makes no sense.
func (o Options) withDefaults() (Options, error) {
	o.Users = size(o.Users, 200)
	o.Groups = size(o.Groups, 40)
	o.Memberships = size(o.Memberships, 1000)
	o.Apps = size(o.Apps, 30)
	o.Assignments = size(o.Assignments, 300)
	ids := newDice(o.Seed, "identity")
	o.TenantID = strings.ToLower(cmp.Or(o.TenantID, ids.guid()))
	o.ClientID = strings.ToLower(cmp.Or(o.ClientID, ids.guid()))
	o = o.withSecret(ids.secret())
	if o.Permissions == nil {
		o.Permissions = ReadPermissions()
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Throttle = cmp.Or(o.Throttle, "off")
	o.Cloud = cmp.Or(o.Cloud, "public")
	return o, o.Check()
}

func size(n, otherwise int) int {
	switch {
	case n == 0:
		return otherwise
	case n < 0:
		return 0
	}
	return n
}
