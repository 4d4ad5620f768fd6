package graphsim

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// binOperations bring a user back from the recycle bin.
var binOperations = []operation{
	{method: http.MethodPost, path: binPath + "/{id}/restore", body: optionalBody, run: restoreUser,
		needs: []string{"User.DeleteRestore.All", "User.ReadWrite.All"}},
}

var restoreForm = newForm(nil, "autoReconcileProxyConflict:bool newUserPrincipalName:text")

// restoreUser brings a user back under the principal name that it had, or a new one. Addresses that others have
// got meanwhile stand in the way, unless they may be dropped.
func restoreUser(e *edit) (*reply, error) {
	if err := restoreForm.check(e.body); err != nil {
		return nil, err
	}
	gone, err := e.deleted()
	if err != nil {
		return nil, err
	}
	upn := cmp.Or(e.body.text("newUserPrincipalName"), e.t.bin[gone.id()].upn)
	if err := e.checkRestoredUPN(upn); err != nil {
		return nil, err
	}
	kept := addressesOf(gone)
	if err := e.t.check(claim{upn: upn, by: gone.id()}); err != nil {
		return nil, err
	}
	var reconcile bool
	if err := e.body.into("autoReconcileProxyConflict", &reconcile); err != nil {
		return nil, err
	}
	kept, err = e.settleAddresses(gone, kept, reconcile)
	if err != nil {
		return nil, err
	}
	user, err := e.t.restore(gone, map[string]any{"userPrincipalName": upn, "proxyAddresses": kept})
	if err != nil {
		return nil, err
	}
	return e.entity(http.StatusOK, "directoryObjects", user)
}

// checkRestoredUPN holds a new name against the rules; the old one has passed them once.
func (e *edit) checkRestoredUPN(upn string) error {
	if !e.body.has("newUserPrincipalName") {
		return nil
	}
	return e.checkUPN(upn)
}

// settleAddresses finds the addresses that a user comes back with.
func (e *edit) settleAddresses(gone *object, addresses []string, reconcile bool) ([]string, error) {
	var kept []string
	for _, address := range addresses {
		_, plain, _ := strings.Cut(address, ":")
		err := e.t.check(claim{addresses: []string{plain}, by: gone.id()})
		if err != nil && !reconcile {
			return nil, err
		}
		if err == nil {
			kept = append(kept, address)
		}
	}
	return kept, nil
}

func addressesOf(o *object) []string {
	list, _ := o.get("proxyAddresses").([]string)
	return slices.Clone(list)
}

// deleted finds the object of the path in the recycle bin.
func (e *edit) deleted() (*object, error) {
	if gone := e.t.deletedUser(e.keys[0]); gone != nil {
		return gone, nil
	}
	return nil, notFound(e.keys[0])
}
