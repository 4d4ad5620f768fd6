package graphsim

import (
	"io"

	"github.com/klauspost/compress/gzip"
)

// body is room for an answer, empty.
func (s *Server) body() []byte {
	b, _ := s.bodies.Get().(*[]byte) // the pool holds nothing else
	return (*b)[:0]
}

// newBody has room for a small page. It grows with use.
func newBody() any {
	b := make([]byte, 0, 64<<10)
	return &b
}

func newPacker() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // a constant level that exists
	return z
}

func (s *Server) pack(body []byte) []byte {
	out := appender(s.body())
	z, _ := s.packers.Get().(*gzip.Writer) // the pool makes nothing else
	defer s.packers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(body) // into memory: cannot fail
	_ = z.Close()
	return out
}

// appender is a writer into a slice.
type appender []byte

// Write appends, and never fails.
func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}
