package graphsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// cmdlets are those that Exchange runs here. What they give are recipients.
var cmdlets = map[string]func(*cmdletCall) ([]*object, error){
	"Add-DistributionGroupMember":    addMailMember,
	"Remove-DistributionGroupMember": removeMailMember,
	"Get-DistributionGroupMember":    getMailMembers,
	"Get-DistributionGroup":          getMailGroup,
	"Set-DistributionGroup":          setMailGroup,
}

// How cmdlets fail.
const (
	alreadyMember  = "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException"
	notMember      = "Microsoft.Exchange.Management.Tasks.MemberNotFoundException"
	unknownObject  = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException"
	badParameter   = "System.Management.Automation.ParameterBindingException"
	refusedByTask  = "Microsoft.Exchange.Configuration.Tasks.RecipientTaskException"
	managerBypass  = "BypassSecurityGroupManagerCheck"
	nothingChanged = "The command completed successfully but no settings of '%s' have been modified."
)

// find looks a recipient up by its id, its alias or one of its addresses.
func (x *cmdletCall) find(parameter string, rows ...[]*object) (*object, error) {
	key := x.parameters.text(parameter)
	if key == "" {
		return nil, cmdletError(http.StatusBadRequest, badParameter, "Cannot process command because of missing mandatory parameters: %s.", parameter)
	}
	return x.t.recipientNamed(key, rows...)
}

func (t *Tenant) recipientNamed(key string, rows ...[]*object) (*object, error) {
	if o := t.byID[fold(key)]; o != nil && o.isRecipient() && oneOfRows(o, rows) {
		return o, nil
	}
	for _, list := range rows {
		for _, o := range list {
			if o.isRecipient() && (strings.EqualFold(o.text("mail"), key) || o.hasAddress(key) || strings.EqualFold(o.text("mailNickname"), key)) {
				return o, nil
			}
		}
	}
	return nil, cmdletError(http.StatusNotFound, unknownObject, "The operation couldn't be performed because object '%s' couldn't be found.", key)
}

func oneOfRows(o *object, rows [][]*object) bool {
	return slices.ContainsFunc(rows, func(list []*object) bool { return len(list) > 0 && list[0].class == o.class })
}

// isRecipient says whether Exchange knows an object: who has a mail address. A Microsoft 365 group is no
// distribution group.
func (o *object) isRecipient() bool {
	types, _ := o.get("groupTypes").([]string)
	return o.get("mail") != nil && (o.class == userClass || o.class == groupClass && o.get("mailEnabled") == true && len(types) == 0)
}

func (x *cmdletCall) group() (*object, error) { return x.find("Identity", x.t.groups) }

// writable is the group of a cmdlet that writes. One that comes from Active Directory is changed there.
func (x *cmdletCall) writable() (*object, error) {
	g, err := x.group()
	if err == nil && g.get("onPremisesSyncEnabled") == true {
		return nil, cmdletError(http.StatusBadRequest, refusedByTask, "The action can't be performed on the object '%s' because "+
			"the object is being synchronized from your on-premises organization.", g.text("displayName"))
	}
	return g, err
}

func addMailMember(x *cmdletCall) ([]*object, error) { return nil, x.changeMember(true) }

// removeMailMember asks back, unless it is told not to; there is nobody who could answer.
func removeMailMember(x *cmdletCall) ([]*object, error) {
	if string(x.parameters["Confirm"]) != "false" {
		return nil, cmdletError(http.StatusBadRequest, "System.Management.Automation.PSInvalidOperationException",
			"The cmdlet asks for confirmation, and nobody can give it.")
	}
	return nil, x.changeMember(false)
}

func (x *cmdletCall) changeMember(add bool) error {
	if err := x.only("Identity", "Member", managerBypass, "Confirm"); err != nil {
		return err
	}
	g, err := x.writable()
	if err != nil {
		return err
	}
	m, err := x.find("Member", x.t.users, x.t.groups)
	if err != nil {
		return err
	}
	switch there := slices.Contains(x.t.mailEdges("members", g.id()), m.id()); {
	case add && there:
		return cmdletError(http.StatusBadRequest, alreadyMember, "The recipient \"%s\" is already a member of the group \"%s\".",
			m.text("displayName"), g.text("displayName"))
	case !add && !there:
		return cmdletError(http.StatusBadRequest, notMember, "The recipient \"%s\" isn't a member of the group \"%s\".",
			m.text("displayName"), g.text("displayName"))
	}
	return x.t.changeMail(mailChange{what: "members", group: g.id(), object: m.id(), add: add})
}

func getMailMembers(x *cmdletCall) ([]*object, error) {
	if err := x.only("Identity", "ResultSize"); err != nil {
		return nil, err
	}
	g, err := x.group()
	if err != nil {
		return nil, err
	}
	if size := string(x.parameters["ResultSize"]); size != `"Unlimited"` && size != "" {
		return nil, cmdletError(http.StatusBadRequest, badParameter, "The ResultSize %s is not served: Unlimited is.", size)
	}
	return x.t.objects(x.t.mailEdges("members", g.id())...), nil
}

func getMailGroup(x *cmdletCall) ([]*object, error) {
	if err := x.only("Identity"); err != nil {
		return nil, err
	}
	g, err := x.group()
	if err != nil {
		return nil, err
	}
	return []*object{g}, nil
}

// setMailGroup changes who manages a group. It says nothing of one who does so already, but for a warning.
func setMailGroup(x *cmdletCall) ([]*object, error) {
	if err := x.only("Identity", "ManagedBy", managerBypass); err != nil {
		return nil, err
	}
	g, err := x.writable()
	if err != nil {
		return nil, err
	}
	changes, err := x.managers()
	if err != nil {
		return nil, err
	}
	before := x.t.mailEdges("owners", g.id())
	for _, c := range changes {
		if c.add == slices.Contains(x.t.mailEdges("owners", g.id()), c.object) {
			continue
		}
		c.group = g.id()
		if err := x.t.changeMail(c); err != nil {
			return nil, err
		}
	}
	if slices.Equal(before, x.t.mailEdges("owners", g.id())) {
		x.warnings = append(x.warnings, strings.ReplaceAll(nothingChanged, "%s", g.text("displayName")))
	}
	return nil, nil
}

// managers reads the hashtable of ManagedBy: Add and Remove, each one recipient or a list.
func (x *cmdletCall) managers() ([]mailChange, error) {
	var table document
	if json.Unmarshal(x.parameters["ManagedBy"], &table) != nil || table.text("@odata.type") != "#Exchange.GenericHashTable" {
		return nil, cmdletError(http.StatusBadRequest, badParameter, "ManagedBy has to be a hashtable of the type #Exchange.GenericHashTable.")
	}
	var out []mailChange
	for name, raw := range table {
		var keys []string
		switch {
		case name == "@odata.type":
			continue
		case name != "Add" && name != "Remove":
			return nil, cmdletError(http.StatusBadRequest, badParameter, "The key '%s' of the hashtable is not known.", name)
		case table.text(name) != "":
			keys = []string{table.text(name)}
		case json.Unmarshal(raw, &keys) != nil:
			return nil, cmdletError(http.StatusBadRequest, badParameter, "The value of '%s' is no recipient.", name)
		}
		for _, key := range keys {
			o, err := x.t.recipientNamed(key, x.t.users, x.t.groups)
			if err != nil {
				return nil, err
			}
			out = append(out, mailChange{what: "owners", object: o.id(), add: name == "Add"})
		}
	}
	return out, nil
}
