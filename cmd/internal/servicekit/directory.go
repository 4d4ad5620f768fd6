package servicekit

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Directory is a simulated directory as the rig sees it.
type Directory interface {
	// Env is the variables that lead a program to it; caFile is where CertificatePEM was written.
	Env(caFile string) map[string]string
	CertificatePEM() []byte
	// Secrets are what programs prove themselves with, People the names and addresses of everybody.
	Secrets() []string
	People() []string
	// Written are the changes that it has taken since ResetHistory, "<method> <path>", asked for and granted.
	Written() []string
	ResetHistory()
}

// Account is a directory as the shared tests see it, which also change it behind its API's back.
type Account interface {
	Directory

	// Resources are all that a sync has to show, "<type>:<id>", in order. Holders are those of some entitlements, "<type>:<id>"
	// in order, all that a sync has to show of each.
	Resources() []string
	Holders() map[string][]string
	// Asked counts the requests since ResetHistory whose path holds a text, sign-ins aside, and SignIns those. Dropped is how
	// many had no answer.
	Asked(part string) int
	SignIns() int
	Dropped() int

	// DropAfter drops every connection after some requests, and RefuseForGood refuses a list that each full sync reads, until
	// ClearFaults. EndTokenAfter ends the token that is out after some requests.
	DropAfter(requests int)
	RefuseForGood(status int)
	EndTokenAfter(requests int)
	ClearFaults()

	// Newcomer adds a user who holds nothing and returns the id. Rights are what the user can be given, one of each kind.
	Newcomer(t *testing.T) string
	Rights(t *testing.T, user string) []Right
	// Rename changes the name that a sync shows of a user, Delete removes one.
	Rename(t *testing.T, user, name string)
	Delete(t *testing.T, user string)
	// Named is the one user of the form of an account, who has to have all that it says. Password is that of a user.
	Named(t *testing.T, form map[string]any) string
	Password(user string) string
	// Actions are all global actions, at least one case each, done to users of the directory.
	Actions(t *testing.T) []ActionCase
}

// Right is an entitlement, and the write that granting it to a user and revoking it takes, where * is an id.
type Right struct{ ID, Grant, Revoke string }

// ActionCase is an action with the number of writes that it takes and words of its result.
type ActionCase struct {
	Action       string
	ResourceType string // "" for a global one
	Args         map[string]any
	Writes       int
	Words        []string
}

// Connector is a program under test and how it is asked.
type Connector struct {
	// Title is what it calls itself, and User the resource type of its accounts.
	Title, User string
	// Start starts a small simulated account, whose application may do everything, for the length of the test.
	Start func(t *testing.T, traffic io.Writer) Account
	// Secret is the variable of a credential that is refused where it is wrong, and Refused words of what is said then.
	Secret, Refused string
	// ReadMark is in the line of traffic of a request in the middle of a full sync, WriteMark in that of the first Right.
	ReadMark, WriteMark string
	// Some are two resource types that can be synced alone, of which the first is User.
	Some []string
	// Single are the resource types of which a single resource is synced as a whole sync has it.
	Single []string
	// Form is the form of a new account with a name, Required a field that cannot be left out, and Other one that can.
	Form            func(name string) map[string]any
	Required, Other string
	// Taken are words of the refusal of a name that is taken, and Demanding says that the directory has no user without a
	// password.
	Taken     string
	Demanding bool
	// Create, Adopt, Rotate and Delete are the writes for an account, as WantWritten has them. Adopt is that of an account
	// whose creation was asked for before.
	Create, Adopt, Rotate, Delete []string
	// Feed is the feed of changes, WithoutFeed the flag that switches it off, LogMark the part of the path of its requests.
	Feed, WithoutFeed, LogMark string
	// ActionsOf are the resource types that have actions of their own.
	ActionsOf []string
	// Disable is the write of the action disable_user, which takes a user_id.
	Disable string
}

// StageOf is a stage whose environment leads to directories.
func StageOf(t *testing.T, d Directory) *Stage {
	t.Helper()
	return NewStage(t).With(d.Env(WriteCA(t, d)))
}

// WriteCA writes the certificates of directories into one file.
func WriteCA(t *testing.T, directories ...Directory) string {
	t.Helper()
	var pem []byte
	for _, d := range directories {
		pem = append(pem, d.CertificatePEM()...)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(file, pem, 0o600))
	return file
}
