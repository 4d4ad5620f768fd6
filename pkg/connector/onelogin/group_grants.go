package onelogin

import "github.com/conductorone/baton-microsoft-entra/pkg/connector"

var _ connector.Refuser = (*Connector)(nil)

// RefuseChange says why nobody is put into a group: a user has one group, which decides on the security policy, and to
// give another would take that one away.
func (c *Connector) RefuseChange(resourceTypeID string) error {
	if resourceTypeID != typeGroup {
		return nil
	}
	return connector.Precondition("groups are read only: a user of OneLogin is in one group, which decides on the user's security policy, so that another group would take its place: " +
		"set the group in OneLogin, under Users")
}
