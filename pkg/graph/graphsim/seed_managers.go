package graphsim

import (
	"encoding/base64"
	"encoding/binary"
)

// immutableID is the base64 of an object GUID of Active Directory.
func immutableID(n int) string {
	b := make([]byte, 16)
	binary.BigEndian.PutUint64(b[8:], uint64(n))
	return base64.StdEncoding.EncodeToString(b)
}

// userOrphaned is the place of the user whose manager was deleted.
const userOrphaned = 20

// seedManagers gives most members a manager. The last users by number make a chain and a cycle: 12 users
// where there are that many.
func (b *builder) seedManagers() error {
	d := newDice(b.o.Seed, "managers")
	for n, o := range b.users {
		if n == 0 || o.text("userType") == "Guest" || d.chance(10) {
			continue
		}
		b.t.manager[o.id()] = b.users[(n-1)/8].id()
	}
	if len(b.users) > userOrphaned {
		b.t.manager[b.users[userOrphaned].id()] = b.deleted[6]
	}
	if len(b.users) < 12 {
		return nil
	}
	tail := b.users[len(b.users)-12:]
	for i := range 8 { // each of eight reports to the next
		b.t.manager[tail[i].id()] = tail[i+1].id()
	}
	for i := 9; i < 12; i++ { // three report to each other in a ring
		b.t.manager[tail[i].id()] = tail[9+(i-8)%3].id()
	}
	return nil
}
