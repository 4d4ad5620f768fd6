package graphsim

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
)

// maxLinks is how many page tokens are remembered; the oldest are forgotten first.
const maxLinks = 50_000

// bookmark is the server's side of a nextLink: where a listing goes on, and for which request.
type bookmark struct {
	path, query string
	rows        []*object
	offset      int
	emptied     bool // an empty page has been given here

	round *deltaRound // of a delta: its groups, of which group and offset, among its links, tell the place
	group int
}

// links remembers the bookmarks of nextLinks. A client cannot make one, change one, or use it for another
// request. One may be used again, as a client does that repeats a page.
type links struct {
	mu    sync.Mutex
	marks map[string]bookmark
	order []string
}

func newLinks() *links { return &links{marks: map[string]bookmark{}} }

// save makes a token for a bookmark.
func (l *links) save(b bookmark) string {
	// The prefix is what Graph's own tokens begin with, in base64.
	token := "RFNwdAIAAQAAA" + base64.RawURLEncoding.EncodeToString(randomBytes(36))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.marks[token] = b
	l.order = append(l.order, token)
	if len(l.order) > maxLinks {
		delete(l.marks, l.order[0])
		l.order = l.order[1:]
	}
	return token
}

// find returns the bookmark of a token if it was given out for this very request.
func (l *links) find(token, path, query string) (bookmark, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.marks[token]
	if !ok || b.path != path || b.query != query {
		return bookmark{}, badPageToken()
	}
	return b, nil
}

// forget makes a token useless. Its place in the order stays and does no harm.
func (l *links) forget(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.marks, token)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, as its documentation promises
	return b
}

// newGUID returns a random request id.
func newGUID() string { return formatGUID(randomBytes(16)) }
