package graphsim

import "slices"

// FaultKind is what goes wrong.
type FaultKind string

const (
	// Status answers with Fault.Status, Code and Message instead of serving the request.
	Status FaultKind = "status"
	// Cut sends half of the body and closes the connection.
	Cut FaultKind = "cut"
	// Drop closes the connection without an answer.
	Drop FaultKind = "drop"
	// HTMLBody answers with a page of HTML, as a proxy does, and Fault.Status or 502.
	HTMLBody FaultKind = "html"
	// EmptyPage answers a list with no rows and a nextLink to the same rows.
	EmptyPage FaultKind = "empty-page"
	// ForeignNextLink answers a list with a nextLink to another host.
	ForeignNextLink FaultKind = "foreign-next-link"
	// SameNextLink answers a list with a nextLink to the very same page.
	SameNextLink FaultKind = "same-next-link"
	// BadJSON answers with a whole body that is not JSON, and status 200.
	BadJSON FaultKind = "bad-json"
	// NullElement puts a null in front of the rows of a list.
	NullElement FaultKind = "null-element"
	// Stall sends half of the body and then nothing, until the client gives up.
	Stall FaultKind = "stall"
	// RepeatPage answers a list with a nextLink to the same rows once more, under another token.
	RepeatPage FaultKind = "repeat-page"
	// ExpiredPageToken forgets the place that a nextLink leads to: that link never works again.
	ExpiredPageToken FaultKind = "expired-page-token"
	// AnswerLost does what the request asks for, and then closes the connection, or answers with Fault.Status where
	// there is one, as a gateway does that waited too long. All other kinds strike before anything is done, but for
	// Cut and Stall, which break the answer.
	AnswerLost FaultKind = "answer-lost"
	// ExpireTokens makes all access tokens expire, that of the request included.
	ExpireTokens FaultKind = "expire-tokens"
)

// Fault is one thing that goes wrong, and for which requests.
type Fault struct {
	// Method and PathContains choose the requests; empty chooses all. PathContains is held against the path
	// as it is sent, which begins with /v1.0/ or the tenant id.
	Method       string `json:"method,omitempty"`
	PathContains string `json:"pathContains,omitempty"`
	// Skip lets that many requests through first. Times is how many fail then: 0 is one, below 0 all.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`

	// Kind is Status where it is empty.
	Kind    FaultKind `json:"kind,omitempty"`
	Status  int       `json:"status,omitempty"`
	Code    string    `json:"code,omitempty"`
	Message string    `json:"message,omitempty"`
	// RetryAfter is the header of that name: seconds, whole or with a fraction. Empty leaves it out.
	RetryAfter string `json:"retryAfter,omitempty"`
}

// Valid says whether the kind exists and has the status that it needs.
func (f Fault) Valid() bool {
	kinds := []FaultKind{"", Status, Cut, Drop, HTMLBody, EmptyPage, ForeignNextLink, SameNextLink, BadJSON, NullElement,
		Stall, RepeatPage, ExpiredPageToken, ExpireTokens, AnswerLost}
	from := 200 // a page of HTML can come with any status
	if f.Kind == "" || f.Kind == Status {
		from = 400
	}
	unneeded := f.Status == 0 && from == 200
	return slices.Contains(kinds, f.Kind) && (unneeded || f.Status >= from && f.Status < 600)
}
