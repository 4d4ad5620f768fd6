package graphsim

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// dice is the tenant's source of chance. Each part of the tenant throws its own, named dice, so that
// more users do not change the applications.
type dice struct{ *rand.Rand }

func newDice(seed uint64, name string) *dice {
	return &dice{rand.New(rand.NewPCG(seed, hashOf(name)))}
}

func hashOf(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

func (d *dice) bytes(n int) []byte {
	b := make([]byte, (n+7)/8*8)
	for i := 0; i < len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], d.Uint64())
	}
	return b[:n]
}

// guid returns an object id in the form of a version 4 UUID.
func (d *dice) guid() string { return formatGUID(d.bytes(16)) }

func formatGUID(b []byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// opaque returns an id such as assignments have: not a GUID, and its case matters.
func (d *dice) opaque() string { return base64.RawURLEncoding.EncodeToString(d.bytes(32)) }

// secret returns something shaped like a client secret.
func (d *dice) secret() string { return "sim8Q~" + base64.RawURLEncoding.EncodeToString(d.bytes(25)) }

// chance is true in percent of 100 throws.
func (d *dice) chance(percent int) bool { return d.IntN(100) < percent }

// pick returns one of the list.
func (d *dice) pick(list []string) string { return list[d.IntN(len(list))] }

// day returns a moment between January 2019 and the end of 2024: never a time that depends on today.
func (d *dice) day() string {
	from := time.Date(2019, 1, 7, 8, 0, 0, 0, time.UTC)
	return from.Add(time.Duration(d.IntN(6*365*24*3600)) * time.Second).Format(time.RFC3339)
}
