package graph

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// Numbered returns a principal name with a number behind what stands before the @; 0 is the name itself.
func Numbered(upn string, n int) string {
	local, domain, _ := strings.Cut(upn, "@")
	if n == 0 {
		return upn
	}
	return local + strconv.Itoa(n) + "@" + domain
}

// Addresses is who holds a principal name, or the same with a number, by the name in lower case.
type Addresses struct {
	// Taken says what holds a name: "a user" or "a group", and as what.
	Taken map[string]string
	// Deleted are the names that users in the recycle bin had. They keep nobody from taking them.
	Deleted map[string]bool
	// NoDeleted is why the recycle bin could not be looked through; nil where it was.
	NoDeleted error
	// More says that there are more names that begin like this one than an answer holds, so that of the
	// numbered ones nothing is known.
	More bool
}

// holder is a row of who holds an address.
type holder struct {
	Object
	UserPrincipalName string   `json:"userPrincipalName"`
	Mail              string   `json:"mail"`
	ProxyAddresses    []string `json:"proxyAddresses"`
}

// LookUpAddresses finds out who holds a principal name, or one of those that it becomes with a number
// (Numbered), as principal name, mail or proxy address: in one batch, however many there are. The index
// that answers comes a little behind what was written, so that only creating the user decides.
//
// https://learn.microsoft.com/graph/api/user-list, …/group-list and …/directory-deleteditems-list, least
// permissions User.Read.All and GroupMember.Read.All. That of the recycle bin is not documented.
func (c *Client) LookUpAddresses(ctx context.Context, upn string) (Addresses, error) {
	const op = "look up a principal name"
	questions := c.addressQuestions(upn)
	requests := make([]*abstractions.RequestInformation, len(questions))
	for i, q := range questions {
		var err error
		if requests[i], err = q.form(ctx); err != nil {
			return Addresses{}, fmt.Errorf("graph: %s: form the request: %w", op, err)
		}
	}
	answers, err := c.directoryBatch(transport.ReadOnly(ctx), op, requests)
	if err != nil {
		return Addresses{}, err
	}
	found := Addresses{Taken: map[string]string{}, Deleted: map[string]bool{}}
	for i, q := range questions {
		if err := found.take(q, answers[i], op+" among "+q.what); err != nil {
			return Addresses{}, err
		}
	}
	return found, nil
}

// take adds what one answer says.
func (a *Addresses) take(q question, answer batchAnswer, op string) error {
	page, err := decodeHolders(answer, op)
	if err != nil && q.deleted {
		a.NoDeleted = err
		return nil
	}
	if err != nil {
		return err
	}
	for _, h := range page.Items {
		if q.deleted {
			a.Deleted[h.formerUPN()] = true
			continue
		}
		h.names(func(name, as string) { a.Taken[strings.ToLower(name)] = q.what + " " + as })
	}
	a.More = a.More || page.Next != "" && !q.exact && !q.deleted
	return nil
}

func decodeHolders(answer batchAnswer, op string) (Page[holder], error) {
	if err := answer.err(op); err != nil {
		return Page[holder]{}, err
	}
	page, err := decodePage[holder](answer.body)
	if err != nil {
		return Page[holder]{}, fmt.Errorf("graph: %s: %w", op, err)
	}
	return page, nil
}

// names calls for each address of a row, the one that says most last.
func (h holder) names(call func(name, as string)) {
	for _, p := range h.ProxyAddresses {
		if scheme, address, ok := strings.Cut(p, ":"); ok && strings.EqualFold(scheme, "smtp") {
			call(address, "has it as an address")
		}
	}
	if h.Mail != "" {
		call(h.Mail, "has it as mail address")
	}
	if h.UserPrincipalName != "" {
		call(h.UserPrincipalName, "has it as user principal name")
	}
}

// formerUPN is the name that a deleted user had: Graph puts the id before it, without dashes.
func (h holder) formerUPN() string {
	id := strings.ToLower(strings.ReplaceAll(h.ID, "-", ""))
	return strings.TrimPrefix(strings.ToLower(h.UserPrincipalName), id)
}
