package oneloginsim

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// dice is the account's source of chance. Each part of it throws its own, named dice, so that more users do not
// change the apps.
type dice struct{ *rand.Rand }

func newDice(seed uint64, name string) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return &dice{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

func (d *dice) bytes(n int) []byte {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		b = binary.LittleEndian.AppendUint64(b, d.Uint64())
	}
	return b[:n]
}

// hex returns so many bytes in hexadecimal.
func (d *dice) hex(n int) string { return hex.EncodeToString(d.bytes(n)) }

// uuid returns an id in the form of a version 4 UUID.
func (d *dice) uuid() string {
	b := d.bytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// chance is true in percent of 100 throws.
func (d *dice) chance(percent int) bool { return d.IntN(100) < percent }

// pick returns one of the list.
func (d *dice) pick(list []string) string { return list[d.IntN(len(list))] }

// day returns a moment between 2019 and the end of 2024, in OneLogin's form: never a time that depends on today.
func (d *dice) day() string {
	from := time.Date(2019, 1, 7, 8, 0, 0, 0, time.UTC)
	return moment(from.Add(time.Duration(d.IntN(6*365*24*3600)) * time.Second))
}

// moment writes a time as OneLogin does.
func moment(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
