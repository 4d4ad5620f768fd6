package graphsim

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// securityIdentifier is the SID that Windows knows a user or a group by.
const securityIdentifier = "securityIdentifier"

// sidOf is the SID of a user, S-1-12-1-a-b-c-d: the four numbers are the object id in the layout that Windows keeps a
// GUID in, where the first three parts are little-endian. It is nil for an id that is no GUID.
func sidOf(objectID string) any {
	b, err := hex.DecodeString(strings.ReplaceAll(objectID, "-", ""))
	if err != nil || len(b) != 16 {
		return nil
	}
	sid := []byte("S-1-12-1")
	for _, part := range [...]uint32{
		binary.BigEndian.Uint32(b), // the text spells the first three parts as numbers
		uint32(binary.BigEndian.Uint16(b[6:]))<<16 | uint32(binary.BigEndian.Uint16(b[4:])),
		binary.LittleEndian.Uint32(b[8:]),
		binary.LittleEndian.Uint32(b[12:]),
	} {
		sid = strconv.AppendUint(append(sid, '-'), uint64(part), 10)
	}
	return string(sid)
}

// withoutSID says whether the option leaves the user at this place without a SID: the last ones have none.
func (o Options) withoutSID(place int) bool { return place >= o.Users-o.UsersWithoutSID }
