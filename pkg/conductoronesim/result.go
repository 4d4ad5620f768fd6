package conductoronesim

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-sdk/pkg/annotations"
)

// Result is how a task ended, as the connector reported it.
type Result struct {
	ID           string
	Type         string // the name of the task's field in the protocol: "sync_full", "grant", "create_account", …
	Status       codes.Code
	Message      string // of a failure
	NonRetryable bool   // the connector says that another try would end the same way
	Response     proto.Message
	Annotations  annotations.Annotations
	Uploads      []Upload
	Secrets      []Secret // decrypted with the vault's key
	Host         string   // the id of the host whose report counted
	HandedOut    int      // how often the task was given to a host
	Reports      int      // how often a host reported its end; the first counts
	// Queued, Handed (the last time) and Finished are by the clock of Options.Now.
	Queued, Handed, Finished time.Time
}

// Upload is a file that a connector sent.
type Upload struct {
	TaskID string
	Path   string
	SHA256 string // in hexadecimal
	Size   int64  // bytes
	Debug  bool   // a debug log rather than a sync
}

// Secret is something that a connector encrypted to the vault.
type Secret struct {
	Name, Description, Schema string
	Value                     []byte
}

// String keeps the value out of logs and failures.
func (s Secret) String() string { return s.Name + " (REDACTED)" }

// GoString is String.
func (s Secret) GoString() string { return s.String() }
