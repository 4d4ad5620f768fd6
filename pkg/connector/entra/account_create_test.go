package entra

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// E02: creates an account, whose password goes to the vault; the next sync shows the user.
func TestE02_CreatesAnAccount(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(1))
	boss := a.user(a.someone(false))
	a.sim.ResetHistory()
	id, password, err := a.create(form(map[string]any{"manager": boss.Text("userPrincipalName")}), randomPassword())
	if err != nil {
		t.Fatal(err)
	}
	a.wantWritten("POST /users", "PUT /users/"+id+"/manager/$ref")
	a.wantPassword(id, password, true)
	if len(password) != 20 {
		t.Errorf("the password has %d characters", len(password))
	}
	u := a.user(id)
	for name, want := range map[string]any{"displayName": "Noor New", "mailNickname": "noor.new", "userPrincipalName": "noor.new@contoso.com",
		"givenName": "Noor", "surname": "New", "employeeId": "N-1001", "jobTitle": "Engineer", "department": "Research", "usageLocation": "US",
		"accountEnabled": true, "onPremisesImmutableId": nil} {
		if got := u.Get(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if u.Manager != boss.ID() {
		t.Errorf("the manager is %q", u.Manager)
	}
	row := a.synced().Resources["user:"+id]
	if p := row.GetProfile().GetFields(); row.GetDisplayName() != "Noor New" || p["department"].GetStringValue() != "Research" || p["managerId"].GetStringValue() != boss.ID() {
		t.Errorf("the sync shows %v", row)
	}
}

// E02: without a password means one that nobody knows.
func TestE02_NoPasswordIsOneThatNobodyKnows(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(2))
	id, handed, err := a.create(form(map[string]any{"accountEnabled": false}), noPassword())
	if err != nil || handed != "" {
		t.Fatalf("%d characters were handed over, %v", len(handed), err)
	}
	made, _ := a.sim.Tenant().Password(id)
	if made == "" || len(made) < 32 {
		t.Error("the user without a password has one that can be guessed")
	}
	if u := a.user(id); u.Get("accountEnabled") != false || u.Manager != "" {
		t.Error("the user is enabled, or has a manager")
	}
	if row := a.synced().Resources["user:"+id]; row.GetStatus().GetStatus() != v2.Status_RESOURCE_STATUS_DISABLED {
		t.Errorf("the sync shows %v", row)
	}
}

// E02: the manager is found by object id, principal name or employee id; one who is not found costs a warning.
func TestE02_Manager(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		manager func(graphsim.Record) string
		found   bool
	}{
		"object id":        {func(u graphsim.Record) string { return u.ID() }, true},
		"principal name":   {func(u graphsim.Record) string { return u.Text("userPrincipalName") }, true},
		"employee id":      {func(graphsim.Record) string { return "BOSS-1" }, true},
		"several":          {func(graphsim.Record) string { return "BOSS-2" }, false},
		"nobody's id":      {func(graphsim.Record) string { return "00000000-0000-4000-8000-000000000001" }, false},
		"nobody's name":    {func(graphsim.Record) string { return "nobody@contoso.com" }, false},
		"nobody's number":  {func(graphsim.Record) string { return "no such'number" }, false},
		"nobody, by blank": {func(graphsim.Record) string { return "  " }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := manageAccounts(t, admin(3))
			users := a.sim.Census().Users
			for i, number := range []string{"BOSS-1", "BOSS-2", "BOSS-2"} {
				if err := a.sim.Tenant().Update(users[i].ID(), map[string]any{"employeeId": number}); err != nil {
					t.Fatal(err)
				}
			}
			id, password, err := a.create(form(map[string]any{"manager": test.manager(users[0])}), randomPassword())
			if err != nil {
				t.Fatal(err)
			}
			a.wantPassword(id, password, true)
			if got := a.user(id).Manager; (got == users[0].ID()) != test.found || (got == "") == test.found {
				t.Errorf("the manager is %q", got)
			}
		})
	}
}

// E02: references to a new user wait until the directory knows the user everywhere, and no longer than some time.
func TestE02_ManagerWaitsOutReplication(t *testing.T) {
	t.Parallel()
	for delay, found := range map[time.Duration]bool{10 * time.Second: true, time.Hour: false} {
		o := admin(4)
		o.ReplicationDelay = delay
		a := manageAccounts(t, o)
		boss := a.someone(false)
		began := a.clock.Now()
		id, password, err := a.create(form(map[string]any{"manager": boss}), randomPassword())
		if err != nil {
			t.Fatal(err)
		}
		a.wantPassword(id, password, true)
		if got := a.user(id).Manager == boss; got != found {
			t.Errorf("after %v the manager is set: %v", delay, got)
		}
		if waited := a.clock.Now().Sub(began); waited > 3*time.Minute {
			t.Errorf("it waited %v", waited)
		}
	}
}

// E02: what can be known to be wrong is refused before anything is written, by the name of the field.
func TestE02_RefusesBeforeTheWrite(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(5))
	long := func(n int) string { return strings.Repeat("x", n) }
	for field, values := range map[string][]any{
		"displayName":           {nil, "", "   ", long(257), 7.0},
		"mailNickname":          {nil, "two words", "a@b", "a(b", `a"b`, "é", long(65)},
		"userPrincipalName":     {nil, "noor", "@contoso.com", "noor@", "noor@a@contoso.com", "nöor@contoso.com", "noor new@contoso.com", "noor*@contoso.com", "noor@elsewhere.example", "noor@contoso-later.com"},
		"accountEnabled":        {"perhaps", 1.0},
		"onPremisesImmutableId": {"abc="},
		"givenName":             {long(65)},
		"surname":               {long(65)},
		"employeeId":            {"12345678901234567"},
		"jobTitle":              {long(129)},
		"department":            {long(65), true},
		"manager":               {true},
		"additionalAttributes": {"{", "[]", "null", `{} {}`, `{"department": "x"}`, `{"Department": "x"}`, `{"manager": "x"}`, `{"accountEnabled": true}`,
			map[string]any{"usageLocation": "US"}},
		"id":                 {`additional:{"id": "x"}`},
		"passwordProfile":    {`additional:{"passwordProfile": {"password": "x"}}`},
		"companyName":        {`additional:{"companyName": "` + long(65) + `"}`, `additional:{"companyName": 7}`},
		"businessPhones":     {`additional:{"businessPhones": "1"}`, `additional:{"businessPhones": [1]}`},
		"extensionAttribute": {`additional:{"onPremisesExtensionAttributes": {"extensionAttribute16": "x"}}`, `additional:{"onPremisesExtensionAttributes": {"extensionAttribute1": 1}}`},
	} {
		for _, value := range values {
			changes := map[string]any{field: value}
			if text, ok := value.(string); ok && strings.HasPrefix(text, "additional:") {
				changes = map[string]any{fieldAdditional: strings.TrimPrefix(text, "additional:")}
			}
			_, _, err := a.create(form(changes), randomPassword())
			if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), field) {
				t.Errorf("%s = %v: %v", field, value, err)
			}
		}
	}
	a.wantWritten()
}

// E02: users of a federated domain are linked to an account elsewhere, and no others.
func TestE02_FederatedDomain(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(6))
	upn := map[string]any{"userPrincipalName": "noor.new@partners.contoso.com"}
	if _, _, err := a.create(form(upn), randomPassword()); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), fieldImmutableID) {
		t.Errorf("without the link: %v", err)
	}
	upn[fieldImmutableID] = "bGluaw=="
	id, _, err := a.create(form(upn), randomPassword())
	if err != nil || a.user(id).Text(fieldImmutableID) != "bGluaw==" {
		t.Errorf("with the link: %v", err)
	}
}

func TestE02_CredentialOptions(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(7))
	short := v2.CredentialOptions_builder{RandomPassword: v2.CredentialOptions_RandomPassword_builder{Length: 3}.Build()}.Build()
	sso := v2.CredentialOptions_builder{Sso: v2.CredentialOptions_SSO_builder{SsoProvider: "x"}.Build()}.Build()
	for _, options := range []*v2.CredentialOptions{short, sso} {
		if _, _, err := a.create(form(nil), options); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%v: %v", options, err)
		}
	}
	a.wantWritten()
	if _, password, err := a.create(form(nil), nil); err != nil || password != "" {
		t.Errorf("without options: a password of %d characters, %v", len(password), err)
	}
}

// The login stands in for the principal name, as it comes from the command line.
func TestE02_LoginIsThePrincipalName(t *testing.T) {
	t.Parallel()
	a, err := readForm(v2.AccountInfo_builder{Login: "noor.new@contoso.com", Profile: newStruct(t, form(map[string]any{"userPrincipalName": nil, "login": "x"}))}.Build())
	if err != nil || a.upn != "noor.new@contoso.com" || a.properties[fieldUPN] != a.upn {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestE02_TheFormIsTheDocumentedOne(t *testing.T) {
	t.Parallel()
	meta, err := (&Connector{}).Metadata(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"displayName", "mailNickname", "userPrincipalName", "accountEnabled", "onPremisesImmutableId", "givenName", "surname",
		"employeeId", "jobTitle", "department", "manager", "additionalAttributes"}
	fields := meta.GetAccountCreationSchema().GetFieldMap()
	for i, name := range want {
		f := fields[name]
		if f.GetDisplayName() == "" || f.GetOrder() != int32(i)+1 || f.GetRequired() != (i < 3) || f.HasBoolField() != (name == "accountEnabled") {
			t.Errorf("%s is %v", name, f)
		}
	}
	if len(fields) != len(want) || !fields["accountEnabled"].GetBoolField().GetDefaultValue() {
		t.Errorf("the form has %d fields", len(fields))
	}
}

// Where the domains of the tenant cannot be read, the directory has the word.
func TestE02_DomainsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(8))
	a.sim.Fail(graphsim.Fault{PathContains: "/organization", Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Times: -1})
	if _, _, err := a.create(form(map[string]any{"userPrincipalName": "noor.new@elsewhere.example"}), randomPassword()); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a domain that is not the tenant's: %v", err)
	}
	if _, _, err := a.create(form(nil), randomPassword()); err != nil {
		t.Error(err)
	}
	if got := a.written(); !slices.Equal(got, []string{"POST /users", "POST /users"}) {
		t.Errorf("written was %q", got)
	}
}

func TestE02_SaysWhichPermissionIsMissing(t *testing.T) {
	t.Parallel()
	a := manageAccounts(t, admin(9))
	a.sim.Fail(graphsim.Fault{Method: http.MethodPost, PathContains: "/users", Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	_, _, err := a.create(form(nil), randomPassword())
	wantDenied(t, err, "User.ReadWrite.All")
}
