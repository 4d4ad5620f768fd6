package graphsim

import (
	"net/http"
	"time"
)

var userWriters = []string{"User.ReadWrite.All", "Directory.ReadWrite.All"}

// userOperations are what changes users. Some properties have permissions of their own, which are looked at when
// it is known what is to change.
var userOperations = []operation{
	{method: http.MethodPost, path: "users", needs: userWriters, body: jsonBody, run: createUser},
	{method: http.MethodPatch, path: "users/{id}", body: jsonBody, run: updateUser, needs: append([]string{
		"User.EnableDisableAccount.All+User.Read.All", "User-PasswordProfile.ReadWrite.All", "User-Mail.ReadWrite.All",
		"User-Phone.ReadWrite.All"}, userWriters...)},
	{method: http.MethodDelete, path: "users/{id}", needs: []string{"User.DeleteRestore.All", "User.ReadWrite.All"}, run: deleteUser},
	{method: http.MethodPost, path: "users/{id}/revokeSignInSessions", run: revokeSessions,
		needs: append([]string{"User.RevokeSessions.All"}, userWriters...)},
}

func createUser(e *edit) (*reply, error) {
	if err := newUserForm.check(e.body); err != nil {
		return nil, err
	}
	if err := e.checkUserValues(); err != nil {
		return nil, err
	}
	upn := e.body.text("userPrincipalName")
	if e.t.domainOf(upn).text("authenticationType") == "Federated" && !e.body.has("onPremisesImmutableId") {
		return nil, badRequest("Property onPremisesImmutableId is required when the userPrincipalName is in a federated domain.")
	}
	secret, err := e.newPassword()
	if err != nil {
		return nil, err
	}
	if secret.text == "" {
		return nil, badRequest("A password must be specified to create a new user.")
	}
	if err := e.t.check(claim{upn: upn, nickname: e.body.text("mailNickname"), addresses: []string{upn}}); err != nil {
		return nil, err
	}
	return e.insertUser(secret)
}

func (e *edit) insertUser(secret password) (*reply, error) {
	values := newUserForm.values(e.body)
	values["createdDateTime"] = e.t.replication.now().UTC().Format(time.RFC3339)
	if values["userType"] == nil {
		values["userType"] = "Member"
	}
	var err error
	if values[extensionAttributes], err = e.mergedExtensions(nil); err != nil {
		return nil, err
	}
	user, err := e.t.create(userClass, values)
	if err != nil {
		return nil, err
	}
	e.t.passwords[user.id()] = secret
	e.t.methods[user.id()] = passwordOnly(e.t.ids)
	return e.entity(http.StatusCreated, "users", user)
}

// newPassword is what the body sets.
func (e *edit) newPassword() (password, error) {
	var profile map[string]any
	if err := e.body.into("passwordProfile", &profile); err != nil {
		return password{}, err
	}
	return readPasswordProfile(profile)
}

func updateUser(e *edit) (*reply, error) {
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	if err := e.mayUpdate(user); err != nil {
		return nil, err
	}
	if err := userForm.check(e.body); err != nil {
		return nil, err
	}
	if err := e.checkMastered(user); err != nil {
		return nil, err
	}
	if err := e.checkUserValues(); err != nil {
		return nil, err
	}
	if err := e.t.check(e.claimOf(user)); err != nil {
		return nil, err
	}
	if err := e.changeUser(user); err != nil {
		return nil, err
	}
	return noContent()
}

// narrowWriters are the permissions that open single properties, beside those that open them all.
var narrowWriters = map[string]string{
	"accountEnabled": "User.EnableDisableAccount.All", "passwordProfile": "User-PasswordProfile.ReadWrite.All",
	"otherMails": "User-Mail.ReadWrite.All", "mobilePhone": "User-Phone.ReadWrite.All", "businessPhones": "User-Phone.ReadWrite.All",
}

// mayUpdate holds each property against the permissions and the directory roles that it takes.
func (e *edit) mayUpdate(user *object) error {
	for name := range e.body {
		narrow := narrowWriters[name]
		if name != "@odata.type" && !e.c.app.any(userWriters) && (narrow == "" || !e.has(narrow)) {
			return denied()
		}
	}
	if e.body.has("passwordProfile") {
		return e.t.maySetPassword(e.c.app, user)
	}
	if e.body.has("accountEnabled") {
		return e.t.mayTouch(e.c.app, user)
	}
	return nil
}

// claimOf is what the body wants to have alone, of what the user has not got already.
func (e *edit) claimOf(user *object) claim {
	c := claim{upn: e.body.text("userPrincipalName"), nickname: e.body.text("mailNickname"), by: user.id()}
	if mail := e.body.text("mail"); mail != "" {
		c.addresses = append(c.addresses, mail)
	}
	if c.upn != "" && fold(c.upn) != fold(user.text("userPrincipalName")) {
		c.addresses = append(c.addresses, c.upn)
	}
	return c
}

func (e *edit) changeUser(user *object) error {
	secret, err := e.newPassword()
	if err != nil {
		return err
	}
	values := userForm.values(e.body)
	if e.body.has(extensionAttributes) {
		if values[extensionAttributes], err = e.mergedExtensions(user.get(extensionAttributes)); err != nil {
			return err
		}
	}
	if mail := e.body.text("mail"); mail != "" {
		values["proxyAddresses"] = []string{"SMTP:" + mail}
	}
	if err := e.change(user, values); err != nil {
		return err
	}
	if e.body.has("passwordProfile") {
		e.t.passwords[user.id()] = secret
		e.t.onUser("Reset user password", user)
	}
	return nil
}

func deleteUser(e *edit) (*reply, error) {
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	if err := e.t.mayTouch(e.c.app, user); err != nil {
		return nil, err
	}
	if err := e.t.softDelete(user); err != nil {
		return nil, err
	}
	return noContent()
}

// revokeSessions ends the sessions of a user; access tokens that are out live on.
func revokeSessions(e *edit) (*reply, error) {
	user, err := e.row(userSet)
	if err != nil {
		return nil, err
	}
	if err := e.t.mayTouch(e.c.app, user); err != nil {
		return nil, err
	}
	now := e.t.replication.now().UTC().Format(time.RFC3339)
	if err := e.change(user, map[string]any{"signInSessionsValidFromDateTime": now}); err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, map[string]any{"@odata.context": e.c.origin() + "/v1.0/$metadata#Edm.Boolean", "value": true})
}
