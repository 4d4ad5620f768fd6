package entra

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	rs "github.com/conductorone/baton-sdk/pkg/types/resource"
)

// updates are values for all properties that update_user writes, and what a sync then shows in the profile; nil
// for those that show elsewhere.
func updates() (written, shown map[string]any) {
	extensions := map[string]any{"extensionAttribute1": "one", "extensionAttribute15": "fifteen"}
	written = map[string]any{
		"accountEnabled": false, "businessPhones": []any{"+1 425 555 0199"}, "city": "Oslo", "companyName": "Fabrikam", "country": "Norway",
		"department": "Sales", "displayName": "Renamed User", "employeeHireDate": "2024-05-06T00:00:00Z", "employeeId": "e-77",
		"employeeType": "Contractor", "givenName": "Re", "jobTitle": "Seller", "mail": "re.named@contoso.com", "mailNickname": "renamed",
		"mobilePhone": "+47 555 01", "officeLocation": "1/23", "onPremisesExtensionAttributes": extensions,
		"onPremisesImmutableId": "AAAB==", "otherMails": []any{"private@example.org"}, "postalCode": "0150", "preferredLanguage": "nb-NO",
		"state": "Oslo fylke", "streetAddress": "Main 1", "surname": "Named", "usageLocation": "NO",
		"userPrincipalName": "re.named@contoso.com", "userType": "Guest",
	}
	shown = maps.Clone(written)
	for _, elsewhere := range []string{"accountEnabled", "displayName", "mail", "otherMails", "userPrincipalName", "onPremisesExtensionAttributes"} {
		delete(shown, elsewhere)
	}
	maps.Copy(shown, extensions)
	return written, shown
}

// TestUpdateUser_WritesNothingThatASyncDoesNotShow writes every property, one by one and all at once, and looks
// for each in the next sync.
func TestUpdateUser_WritesNothingThatASyncDoesNotShow(t *testing.T) {
	t.Parallel()
	d := openActions(t, 80, nil)
	written, shown := updates()
	for name := range writableProperties() {
		if _, tested := written[name]; !tested && !slices.Contains(notSynced(), name) {
			t.Errorf("%s is written and not looked for", name)
		}
	}
	user := d.members(1)[0]
	result := d.do("update_user", map[string]any{"user_id": user, "user_profile": written})
	d.wrote(1)
	fields, _ := result["updated_fields"].([]any)
	if len(fields) != len(written)+1 || !slices.Contains(fields, any("extensionAttribute15")) || !slices.Contains(fields, any("city")) {
		t.Errorf("updated_fields: %v", fields)
	}
	r, profile := d.profile(user)
	for name, want := range shown {
		if !reflect.DeepEqual(profile[name], want) {
			t.Errorf("the sync shows %s: %v, want %v", name, profile[name], want)
		}
	}
	trait, err := rs.GetUserTrait(r)
	if err != nil {
		t.Fatal(err)
	}
	var addresses []string
	for _, e := range trait.GetEmails() {
		addresses = append(addresses, e.GetAddress())
	}
	if !slices.Contains(addresses, "re.named@contoso.com") || !slices.Contains(addresses, "private@example.org") {
		t.Errorf("the addresses are %v", addresses)
	}
	if trait.GetLogin() != "re.named@contoso.com" || r.GetDisplayName() != "Renamed User" || r.GetStatus().GetStatus() != v2.Status_RESOURCE_STATUS_DISABLED {
		t.Errorf("the user is %v", r)
	}
}

func TestUpdateUser_ClearsWithNullAndLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	d := openActions(t, 81, nil)
	user := d.members(1)[0]
	d.do("update_user", map[string]any{"user_id": user, "user_profile": `{"department":"Sales","jobTitle":"Seller","businessPhones":["+1 1"],` +
		`"onPremisesExtensionAttributes":{"extensionAttribute2":"two","extensionAttribute3":"three"}}`})
	d.do("update_user", map[string]any{"user_id": user, "user_profile": `{"department":null,"businessPhones":null,"onPremisesExtensionAttributes":{"extensionAttribute2":null}}`})
	_, profile := d.profile(user)
	if profile["department"] != nil || profile["businessPhones"] != nil || profile["extensionAttribute2"] != nil {
		t.Errorf("not cleared: %v", profile)
	}
	if profile["jobTitle"] != "Seller" || profile["extensionAttribute3"] != "three" {
		t.Errorf("not left alone: %v", profile)
	}
}

func TestUpdateUser_RefusesAnUnknownKeyBeforeAnyWrite(t *testing.T) {
	t.Parallel()
	d := openActions(t, 82, nil)
	d.refuses("update_user", map[string]any{"user_id": d.members(1)[0], "user_profile": `{"city":"Oslo","job_title":"x"}`}, "InvalidArgument: ", "job_title")
	d.wrote(0)
}

func TestUpdateUser_SaysThatAUserIsSynced(t *testing.T) {
	t.Parallel()
	d := openActions(t, 83, nil)
	for _, u := range d.sim.Census().Users {
		if u.Get("onPremisesSyncEnabled") == true {
			d.refuses("update_user", map[string]any{"user_id": u.ID(), "user_profile": `{"city":"Oslo"}`}, "FailedPrecondition: ", "Active Directory")
			return
		}
	}
	t.Fatal("the tenant has no user from on-premises")
}

func TestUpdateUser_SaysThatANameIsTaken(t *testing.T) {
	t.Parallel()
	d := openActions(t, 84, nil)
	users := d.members(2)
	d.refuses("update_user", map[string]any{"user_id": users[0], "user_profile": map[string]any{
		"userPrincipalName": d.record(users[1]).Text("userPrincipalName")}}, "AlreadyExists: ")
}

// TestE08_UpdateProfileChangesTheGivenFieldsOnly writes all of its fields, then some.
func TestE08_UpdateProfileChangesTheGivenFieldsOnly(t *testing.T) {
	t.Parallel()
	d := openActions(t, 85, nil)
	user := d.members(1)[0]
	all := map[string]any{"user_id": user}
	for _, name := range profileArguments() {
		all[name] = "v-" + strings.TrimPrefix(name, "extensionAttribute")
	}
	all["mail"] = "profile.test@contoso.com"
	result := d.do("update_profile", all)
	d.wrote(1)
	want := slices.Sorted(slices.Values(profileArguments()))
	if fields := texts(result["updated_fields"]); !slices.Equal(fields, want) {
		t.Errorf("updated_fields: %v, want %v", fields, want)
	}
	r, before := d.profile(user)
	for _, name := range profileArguments() {
		if name != "mail" && name != "displayName" && before[name] != all[name] {
			t.Errorf("the sync shows %s: %v", name, before[name])
		}
	}
	if trait, err := rs.GetUserTrait(r); err != nil || r.GetDisplayName() != "v-displayName" || trait.GetEmails()[0].GetAddress() != all["mail"] {
		t.Errorf("the user is %v, %v", r, err)
	}
	result = d.do("update_profile", map[string]any{"user_id": user, "jobTitle": "Another", "department": "", "country": nil, "extensionAttribute4": " four "})
	if fields := texts(result["updated_fields"]); !slices.Equal(fields, []string{"extensionAttribute4", "jobTitle"}) {
		t.Errorf("updated_fields: %v", fields)
	}
	d.wrote(1)
	_, after := d.profile(user)
	before["jobTitle"], before["extensionAttribute4"] = "Another", "four"
	if !reflect.DeepEqual(after, before) {
		t.Errorf("the profile is %v, want %v", after, before)
	}
	result = d.do("update_profile", map[string]any{"user_id": user, "mail": ""})
	if d.wrote(0); len(texts(result["updated_fields"])) != 0 {
		t.Errorf("nothing was given, and changed: %v", result)
	}
}

// texts are the strings of a result.
func texts(value any) (out []string) {
	list, _ := value.([]any)
	for _, v := range list {
		text, _ := v.(string)
		out = append(out, text)
	}
	return out
}

func TestStored_ComparesWhatWasWritten(t *testing.T) {
	is := map[string]any{"city": "Oslo", "list": []any{"a"}, "none": []any{}, "x": map[string]any{"a": "1", "b": nil}}
	for _, c := range []struct {
		want map[string]any
		same bool
	}{
		{map[string]any{"city": "Oslo"}, true}, {map[string]any{"city": "oslo"}, false}, {map[string]any{"city": nil}, false},
		{map[string]any{"gone": nil}, true}, {map[string]any{"list": []string{"a"}}, true}, {map[string]any{"list": []any{}}, false},
		{map[string]any{"none": []any{}}, true}, {map[string]any{"none": nil}, true}, {map[string]any{"x": map[string]any{"a": "1"}}, true},
		{map[string]any{"x": map[string]any{"b": nil}}, true}, {map[string]any{"x": map[string]any{"a": "2"}}, false},
		{map[string]any{"y": map[string]any{"a": "2"}}, false}, {map[string]any{"y": map[string]any{"a": nil}}, true},
	} {
		if got := stored(is, c.want); got != c.same {
			t.Errorf("%v: %v", c.want, got)
		}
	}
}
