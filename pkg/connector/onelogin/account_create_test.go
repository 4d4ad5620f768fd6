package onelogin

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

// create makes an account, and returns the id of the user and the password that was handed over.
func (d *writeDesk) create(info *v2.AccountInfo, options *v2.LocalCredentialOptions) (id int64, password string, err error) {
	d.t.Helper()
	resp, handed, _, err := (&userSyncer{c: d.c}).CreateAccount(d.t.Context(), info, options)
	if err != nil {
		return 0, "", err
	}
	success, ok := resp.(*v2.CreateAccountResponse_SuccessResult)
	if !ok || !success.GetIsCreateAccountResult() {
		d.t.Fatalf("the answer is %v", resp)
	}
	for _, p := range handed {
		password = string(p.GetBytes())
	}
	return idOf(d.t, success.GetResource().GetId().GetResource()), password, nil
}

func TestAccounts_EveryFieldArrives(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 20, nil, nil)
	manager := d.people(1)[0]
	id, password, err := d.create(form("zoë@acme.example", map[string]any{
		"username": "zoë", "department": " Sales ", "company": "Acme", "phone": "+15550100", "external_id": "E:1/2", "manager": d.user(manager).Email,
		"custom_attributes": `{"office": "4/2", "employee_number": 17, "cost_center": null}`,
	}), randomPassword())
	if err != nil || len(password) != 20 {
		t.Fatalf("%v, a password of %d", err, len(password))
	}
	got := d.user(id)
	for field, want := range map[string]any{
		"email": "zoë@acme.example", "username": "zoë", "firstname": "Alex", "lastname": "Doe", "title": "Engineer", "department": "Sales", "company": "Acme",
		"phone": "+15550100", "external_id": "E:1/2", "manager_user_id": manager, "status": 1,
	} {
		if !sameValue(got.Fields[field], want) {
			t.Errorf("%s is %v, want %v", field, got.Fields[field], want)
		}
	}
	if text := jsonText(got.Fields["custom_attributes"]); !strings.Contains(text, `"office":"4/2"`) || !strings.Contains(text, `"employee_number":"17"`) || strings.Contains(text, "4711") {
		t.Errorf("the custom attributes are %s", text)
	}
	if body := d.sent.last(`"password"`); strings.Count(body, jsonText(password)) != 2 {
		t.Error("the password that was handed over is not the one that was sent, and confirmed")
	}
}

// Without a password the user is there and has to set one; nothing is handed over.
func TestAccounts_WithoutAPassword(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 21, nil, nil)
	none := v2.LocalCredentialOptions_builder{NoPassword: &v2.LocalCredentialOptions_NoPassword{}}.Build()
	for email, options := range map[string]*v2.LocalCredentialOptions{"a@acme.example": nil, "b@acme.example": none} {
		id, password, err := d.create(form(email, nil), options)
		if err != nil || password != "" || d.user(id).Status != 7 || d.user(id).Username != email {
			t.Errorf("%s: %v, %q, %+v", email, err, password, d.user(id))
		}
	}
	if d.sent.last(`"password"`) != "" {
		t.Error("a password was sent")
	}
}

// An account that is there is AlreadyExists, whatever OneLogin answers, and stays as it is.
func TestAccounts_WhoIsThereAlreadyExists(t *testing.T) {
	t.Parallel()
	for _, refusal := range []int{http.StatusUnprocessableEntity, http.StatusBadRequest} {
		d := openWriting(t, 22, func(o *oneloginsim.Options) { o.DuplicateStatus = refusal }, nil)
		old := d.user(d.people(1)[0])
		for _, info := range []*v2.AccountInfo{form(old.Email, nil), form(strings.ToUpper(old.Email), nil), form("new@acme.example", map[string]any{"username": old.Username})} {
			if _, _, err := d.create(info, randomPassword()); status.Code(err) != codes.AlreadyExists {
				t.Errorf("%d: %v", refusal, err)
			}
		}
		if jsonText(d.user(old.ID).Fields) != jsonText(old.Fields) {
			t.Errorf("%d: the user who was there has changed", refusal)
		}
		d.wrote("refused", 0)
	}
}

// A user whom an earlier try has made is taken over with the new password; one who is older, or not the same, is not.
func TestAccounts_OnlyTheUserOfAnEarlierTryIsAdopted(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 23, nil, nil)
	const email = "alex.doe@acme.example"
	first, _, err := d.create(form(email, nil), randomPassword())
	if err != nil {
		t.Fatal(err)
	}
	second, password, err := d.create(form(email, nil), randomPassword())
	if err != nil || first != second || len(d.with(email)) != 1 {
		t.Errorf("the same again: %v, %d and %d", err, first, second)
	}
	if body := d.sent.last(`"password"`); strings.Count(body, jsonText(password)) != 2 || strings.Contains(body, email) {
		t.Error("the second password was not set on the user of the first try")
	}
	for name, info := range map[string]*v2.AccountInfo{
		"title": form(email, map[string]any{"title": "Boss"}), "attribute": form(email, map[string]any{"custom_attributes": `{"cost_center": "1"}`}),
		"department": form(email, map[string]any{"department": "Sales"}),
	} {
		if _, _, err := d.create(info, randomPassword()); status.Code(err) != codes.AlreadyExists {
			t.Errorf("another %s: %v", name, err)
		}
	}
	d.clock.Pass(adoptable + time.Minute)
	if _, _, err := d.create(form(email, nil), randomPassword()); status.Code(err) != codes.AlreadyExists {
		t.Errorf("later: %v", err)
	}
}

func TestAccounts_WrongFormsAreRefusedByTheField(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 24, nil, nil)
	for field, info := range map[string]*v2.AccountInfo{
		"email": form("nobody", nil), "firstname": form("a@b", map[string]any{"firstname": " "}), "lastname": form("a@b", map[string]any{"lastname": nil}),
		"title": form("a@b", map[string]any{"title": 7}), "custom_attributes": form("a@b", map[string]any{"custom_attributes": "[]"}),
		"custom_attributes.nobody": form("a@b", map[string]any{"custom_attributes": `{"nobody": "1"}`}),
		"custom_attributes.office": form("a@b", map[string]any{"custom_attributes": `{"office": ["1"]}`}),
	} {
		_, _, err := d.create(info, randomPassword())
		if status.Code(err) != codes.InvalidArgument || !strings.HasPrefix(status.Convert(err).Message(), field+" ") {
			t.Errorf("%s: %v", field, err)
		}
	}
	options := v2.LocalCredentialOptions_builder{Sso: &v2.LocalCredentialOptions_SSO{}}.Build()
	if _, _, err := d.create(form("a@b", nil), options); status.Code(err) != codes.InvalidArgument {
		t.Errorf("single sign-on: %v", err)
	}
	d.wrote("wrong forms", 0)
}

// The login and the address that ConductorOne hands in beside the form stand in for fields that are empty.
func TestAccounts_LoginAndAddressBesideTheForm(t *testing.T) {
	t.Parallel()
	info := form("", nil)
	info.SetLogin("alex")
	info.SetEmails([]*v2.AccountInfo_Email{v2.AccountInfo_Email_builder{Address: "other@acme.example"}.Build(), v2.AccountInfo_Email_builder{Address: "alex@acme.example", IsPrimary: true}.Build()})
	a, err := readForm(info)
	if err != nil || a.fields[fieldEmail] != "alex@acme.example" || a.fields[fieldUsername] != "alex" {
		t.Errorf("%+v, %v", a, err)
	}
}

// A manager whom nobody knows is a warning: the user is needed more.
func TestAccounts_AManagerWhomNobodyKnowsIsAWarning(t *testing.T) {
	t.Parallel()
	d := openWriting(t, 25, nil, nil)
	written := warnings(func(ctx context.Context) {
		if _, _, _, err := (&userSyncer{c: d.c}).CreateAccount(ctx, form("a@acme.example", map[string]any{"manager": "nobody@acme.example"}), nil); err != nil {
			t.Error(err)
		}
	})
	if written.Len() != 1 || len(d.with("a@acme.example")) != 1 {
		t.Errorf("the warnings are %v", written.All())
	}
}
