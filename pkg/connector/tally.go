package connector

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What a collection may fall short of the service's own count before its listing fails: the count comes
// from an index that lags, and rows come and go while they are read.
const (
	toleratedRows  = 5
	toleratedShare = 0.005
)

// Tally counts the rows of a collection over its pages. It travels in the page token, since only the
// page that is last can fail the sync for what all of them lack.
type Tally struct {
	// Rows is how many have been read so far.
	Rows int64 `json:"r,omitempty"`
	// Counted is how many there are by the service's own count; 0 where it is not known.
	Counted int64 `json:"k,omitempty"`
	// Pages is how many pages have been read so far, where pages are known by their numbers, or may not be without end.
	Pages int64 `json:"g,omitempty"`
	// Began is when the first page was made, by the service's clock, in seconds of the Unix epoch; 0 where that is not
	// known. New is how many of the rows were made since.
	Began int64 `json:"b,omitempty"`
	New   int64 `json:"m,omitempty"`
}

// Moved says whether a list whose pages are known by their numbers may have lost rows to an earlier page while it was read:
// its rows are not as many as the last page counted, or the count changed by other than the rows that were made
// meanwhile. A row that goes lets others slip into pages that were read already.
func (t Tally) Moved(last int64) bool { return t.Rows != last || last != t.Counted+t.New }

// Check fails a listing that is at its end and fell short of the service's count, with both figures. The
// code is DataLoss, which the SDK does not repeat: the next page of a short list is no longer one.
func (t Tally) Check(collection string) error {
	missing := t.Counted - t.Rows
	if missing <= toleratedRows || float64(missing) <= toleratedShare*float64(t.Counted) {
		return nil
	}
	return status.Errorf(codes.DataLoss, "%d %s were read where the service counts %d: the sync is given up, since the missing rows would look as if they were deleted. "+
		"Run it again; if it stays so, the list is not whole at the service", t.Rows, collection, t.Counted)
}

// CheckSome fails a listing that is at its end without a single row, where there is always one.
func (t Tally) CheckSome(collection string) error {
	if t.Rows > 0 {
		return nil
	}
	return status.Errorf(codes.DataLoss, "not one of the %s was read, and no directory is without: the sync is given up, since everything would look as if it were deleted. "+
		"Check that this is the right tenant or account, and that whoever reads it may read all of it", collection)
}
