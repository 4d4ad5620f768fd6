package graph

import (
	"context"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/directory"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// question is one request of the batch of LookUpAddresses.
type question struct {
	what    string
	exact   bool // it asks for the name without a number alone
	deleted bool
	form    func(context.Context) (*abstractions.RequestInformation, error)
}

// addressQuestions are asked of users and groups, for each property by itself, since Graph does not take
// proxy addresses together with others; and each for the name, and for it with a number.
func (c *Client) addressQuestions(upn string) []question {
	local, _, _ := strings.Cut(upn, "@")
	all := []question{{what: "deleted users", deleted: true, form: c.deletedQuery(upn)}}
	users := func(exact bool, filter string) {
		all = append(all, question{what: "a user", exact: exact, form: c.userAddressQuery(filter)})
	}
	both := func(exact bool, filter string) {
		users(exact, filter)
		all = append(all, question{what: "a group", exact: exact, form: c.groupAddressQuery(filter)})
	}
	users(true, "userPrincipalName eq "+literal(upn))
	users(false, numberedFilter("userPrincipalName", local))
	both(true, "mail eq "+literal(upn))
	both(false, numberedFilter("mail", local))
	// The primary address has the capitals.
	both(true, "proxyAddresses/any(p:p eq "+literal("smtp:"+upn)+" or p eq "+literal("SMTP:"+upn)+")")
	both(false, "proxyAddresses/any(p:"+numberedFilter("p", "smtp:"+local)+")")
	both(false, "proxyAddresses/any(p:"+numberedFilter("p", "SMTP:"+local)+")")
	return all
}

// numberedFilter asks for what begins with a text and a digit: that is little even where much begins with
// the text alone.
func numberedFilter(subject, text string) string {
	var terms []string
	for digit := '1'; digit <= '9'; digit++ {
		terms = append(terms, "startsWith("+subject+","+literal(text+string(digit))+")")
	}
	return strings.Join(terms, " or ")
}

func (c *Client) userAddressQuery(filter string) func(context.Context) (*abstractions.RequestInformation, error) {
	return func(ctx context.Context) (*abstractions.RequestInformation, error) {
		return c.sdk.Users().ToGetRequestInformation(ctx, &users.UsersRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UsersRequestBuilderGetQueryParameters{Filter: &filter, Top: ptr(maxPage),
				Select: []string{"id", "userPrincipalName", "mail", "proxyAddresses"}}})
	}
}

func (c *Client) groupAddressQuery(filter string) func(context.Context) (*abstractions.RequestInformation, error) {
	return func(ctx context.Context) (*abstractions.RequestInformation, error) {
		return c.sdk.Groups().ToGetRequestInformation(ctx, &groups.GroupsRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.GroupsRequestBuilderGetQueryParameters{Filter: &filter, Top: ptr(maxPage),
				Select: []string{"id", "mail", "proxyAddresses"}}})
	}
}

// maxDeletedNames bounds how many names the recycle bin is searched for: the first numbers will do.
const maxDeletedNames = 15

// deletedQuery asks for deleted users whose stored name ends in one of the first names. endsWith takes an
// advanced query.
func (c *Client) deletedQuery(upn string) func(context.Context) (*abstractions.RequestInformation, error) {
	var terms []string
	for n := range maxDeletedNames {
		terms = append(terms, "endsWith(userPrincipalName,"+literal(Numbered(upn, n))+")")
	}
	filter := strings.Join(terms, " or ")
	return func(ctx context.Context) (*abstractions.RequestInformation, error) {
		headers := abstractions.NewRequestHeaders()
		headers.Add("ConsistencyLevel", "eventual")
		return c.sdk.Directory().DeletedItems().GraphUser().ToGetRequestInformation(ctx, &directory.DeletedItemsGraphUserRequestBuilderGetRequestConfiguration{
			Headers: headers,
			QueryParameters: &directory.DeletedItemsGraphUserRequestBuilderGetQueryParameters{Filter: &filter, Count: ptr(true),
				Select: []string{"id", "userPrincipalName"}}})
	}
}
