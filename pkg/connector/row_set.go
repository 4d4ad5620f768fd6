package connector

import "hash/maphash"

// Rows come more than once: where the service repeats a page, or a reading begins anew. So that each counts once, all rows
// of a sync are known by a hash, in as little memory as that takes: a million of them in some 7 MB.

// maxKnown bounds the rows of a sync that are told apart. Of those that come after them, one that comes twice is counted
// twice.
const maxKnown = 1 << 21

const (
	// bucketBits are the bits of a row's hash that choose its bucket; 32 more of them stand in it. By these 48, two of a
	// million rows are the same in one sync of 500, whose count is then one too low.
	bucketBits = 16
	// bucketGrowth is by how many rows a bucket grows: less than append makes room for.
	bucketGrowth = 8
)

// knownRows are the rows of a sync that have come.
type knownRows struct {
	seed    maphash.Seed
	buckets [][]uint32
	size    int
	limit   int
}

func newKnownRows(limit int) *knownRows { return &knownRows{seed: maphash.MakeSeed(), limit: limit} }

// hash is what a row is known by. The kind tells rows apart that have the same id.
func (k *knownRows) hash(kind byte, resourceType, id string) uint64 {
	var h maphash.Hash
	h.SetSeed(k.seed)
	_ = h.WriteByte(kind) // none of these fails
	_, _ = h.WriteString(resourceType)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(id)
	return h.Sum64()
}

// add says whether a row is new.
func (k *knownRows) add(hash uint64) bool {
	if k.buckets == nil {
		k.buckets = make([][]uint32, 1<<bucketBits)
	}
	bucket, rest := &k.buckets[hash>>(64-bucketBits)], uint32(hash) //nolint:gosec // the lower half is what is wanted
	for _, known := range *bucket {
		if known == rest {
			return false
		}
	}
	if k.size == k.limit {
		return true
	}
	if len(*bucket) == cap(*bucket) {
		*bucket = append(make([]uint32, 0, len(*bucket)+bucketGrowth), *bucket...)
	}
	*bucket = append(*bucket, rest)
	k.size++
	return true
}

// rowSet counts the rows of one kind by their resource types.
type rowSet struct {
	kind   byte
	known  *knownRows
	byType map[string]int
}

// open makes sure that the type has a count, be it 0.
func (r rowSet) open(resourceType string) { r.byType[resourceType] += 0 }

func (r rowSet) add(resourceType, id string) {
	r.open(resourceType)
	if r.known.add(r.known.hash(r.kind, resourceType, id)) {
		r.byType[resourceType]++
	}
}
