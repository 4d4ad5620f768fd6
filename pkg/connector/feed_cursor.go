package connector

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// maxFeedCursor is the SDK's bound on the cursor of an event feed, in bytes.
const maxFeedCursor = 4096

// feedVersion is that of the cursor's form. Cursors live on at ConductorOne: a change of form is a new version.
const feedVersion = 1

// feedCursor is how far a feed has come.
type feedCursor struct {
	// From is where the round began, Position where it goes on; both times are read once more.
	From, Position time.Time
	// Began is a time that the log had reached when the first page of the round was read; zero before that.
	Began time.Time
	// Newest is the time of the newest record that was delivered; zero where none was.
	Newest time.Time
	// Delivered are records that were delivered and will be read again, the oldest first.
	Delivered []delivered
}

// fingerprint stands for the id of a record: the first bytes of its SHA-256. Two of some hundred ids share one
// with a probability of less than one to a thousand million.
type fingerprint [6]byte

func fingerprintOf(id string) fingerprint {
	sum := sha256.Sum256([]byte(id))
	return fingerprint(sum[:len(fingerprint{})])
}

// delivered is a record that was delivered, with its time in seconds of the Unix epoch.
type delivered struct {
	mark fingerprint
	at   int64
}

// maxDelivered is how many records a cursor has room for. Older ones are delivered once more when they are read
// once more.
const maxDelivered = 360

func (c *feedCursor) known() map[fingerprint]bool {
	known := make(map[fingerprint]bool, len(c.Delivered))
	for _, d := range c.Delivered {
		known[d.mark] = true
	}
	return known
}

// deliver notes a record that it did not know. A time that has not come yet counts as now: it would hide what comes before it.
func (c *feedCursor) deliver(id string, at, now time.Time) {
	if at.After(now) {
		at = now
	}
	if at.After(c.Newest) {
		c.Newest = at.UTC()
	}
	c.Delivered = append(c.Delivered, delivered{fingerprintOf(id), at.Unix()})
}

// beginRound notes when the round began, unless it is under way. The clock of this machine may be fast, but the log
// had reached its newest record.
func (c *feedCursor) beginRound(now time.Time) {
	if !c.Began.IsZero() {
		return
	}
	c.Began = now.Add(-fastClock).UTC()
	if c.Newest.After(c.Began) {
		c.Began = c.Newest
	}
}

// endRound goes back by the overlap, for records that are late, but never behind an earlier round. A round may
// take long: what showed up behind it is late by its beginning.
func (c *feedCursor) endRound() {
	begin := c.Newest
	if begin.After(c.Began) {
		begin = c.Began
	}
	if begin = begin.Add(-Overlap); begin.After(c.From) {
		c.From = begin
	}
	c.Position, c.Began = c.From, time.Time{}
}

// trim forgets what will not be read again, and the oldest of what there is no room for.
func (c *feedCursor) trim() {
	c.Delivered = slices.DeleteFunc(c.Delivered, func(d delivered) bool { return d.at < c.From.Unix() })
	slices.SortStableFunc(c.Delivered, func(a, b delivered) int { return cmp.Compare(a.at, b.at) })
	c.Delivered = c.Delivered[max(0, len(c.Delivered)-maxDelivered):]
}

// feedToken is the cursor as it is written.
type feedToken struct {
	Version  int       `json:"v"`
	From     time.Time `json:"from"`
	Position time.Time `json:"at"`
	// Began and Newest are missing where they are zero.
	Began  time.Time `json:"began,omitzero"`
	Newest time.Time `json:"newest,omitzero"`
	// Delivered has an entry of entryLength bytes a record: the fingerprint, and how many seconds the record is
	// older than Newest, where that is less than 18 hours: it decides which are forgotten first.
	Delivered []byte `json:"seen,omitempty"`
}

// entryLength is that of a record's entry: a fingerprint and a number of two bytes.
const entryLength = len(fingerprint{}) + 2

// encode writes the cursor.
func (c *feedCursor) encode() (string, error) {
	c.trim()
	t := feedToken{Version: feedVersion, From: c.From, Position: c.Position, Began: c.Began, Newest: c.Newest}
	for _, d := range c.Delivered {
		older := min(max(0, c.Newest.Unix()-d.at), math.MaxUint16)
		t.Delivered = append(t.Delivered, d.mark[:]...)
		t.Delivered = binary.BigEndian.AppendUint16(t.Delivered, uint16(older))
	}
	b, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("encode the cursor of an event feed: %w", err)
	}
	if len(b) > maxFeedCursor {
		return "", fmt.Errorf("the cursor of an event feed has %d bytes; %d are allowed", len(b), maxFeedCursor)
	}
	return string(b), nil
}

// parseFeedCursor reads what encode has written. The error of anything else does not repeat it.
func parseFeedCursor(token string) (feedCursor, error) {
	var t feedToken
	if len(token) > maxFeedCursor || json.Unmarshal([]byte(token), &t) != nil {
		return feedCursor{}, errors.New("it cannot be read")
	}
	if t.Version != feedVersion {
		return feedCursor{}, fmt.Errorf("it is of version %d, not of version %d", t.Version, feedVersion)
	}
	c := feedCursor{From: t.From.UTC(), Position: t.Position.UTC(), Began: t.Began.UTC(), Newest: t.Newest.UTC()}
	known := len(t.Delivered) / entryLength
	switch {
	case c.From.Unix() <= 0, c.Position.Before(c.From), len(t.Delivered)%entryLength != 0, known > maxDelivered:
		return feedCursor{}, errors.New("its parts do not fit together")
	case known > 0 && c.Newest.Unix() <= 0:
		return feedCursor{}, errors.New("it names records and no time")
	}
	for entry := range slices.Chunk(t.Delivered, entryLength) {
		older := binary.BigEndian.Uint16(entry[len(fingerprint{}):])
		c.Delivered = append(c.Delivered, delivered{fingerprint(entry[:len(fingerprint{})]), c.Newest.Unix() - int64(older)})
	}
	return c, nil
}
