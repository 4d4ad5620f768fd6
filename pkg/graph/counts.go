package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
)

// The service's own counts. They come from an index that lags behind what was written
// (https://learn.microsoft.com/graph/aad-advanced-queries). Each takes the permission of the list that it
// stands beside.

// NotCounted says whether the error of a count means that the service does not count these objects, which
// it says with 400 or 501, as for other queries that it does not support.
func NotCounted(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && (refused.Status == http.StatusBadRequest || refused.Status == http.StatusNotImplemented)
}

// CountUsers returns how many users there are, guests included.
func (c *Client) CountUsers(ctx context.Context) (int64, error) {
	info, err := c.sdk.Users().Count().ToGetRequestInformation(ctx, nil)
	return c.count(ctx, "count users", info, err)
}

// CountGroups returns how many groups there are, of whatever kind.
func (c *Client) CountGroups(ctx context.Context) (int64, error) {
	info, err := c.sdk.Groups().Count().ToGetRequestInformation(ctx, nil)
	return c.count(ctx, "count groups", info, err)
}

// CountApplications returns how many rows ListApplications has.
func (c *Client) CountApplications(ctx context.Context) (int64, error) {
	return c.countServicePrincipals(ctx, "count enterprise applications", ptr(applicationsFilter))
}

// CountManagedIdentities returns how many rows ListManagedIdentities has.
func (c *Client) CountManagedIdentities(ctx context.Context) (int64, error) {
	return c.countServicePrincipals(ctx, "count managed identities", ptr(managedIdentitiesFilter))
}

// CountServicePrincipals returns how many service principals there are, of whatever kind.
func (c *Client) CountServicePrincipals(ctx context.Context) (int64, error) {
	return c.countServicePrincipals(ctx, "count service principals", nil)
}

// CountAppRegistrations returns how many app registrations the tenant has.
func (c *Client) CountAppRegistrations(ctx context.Context) (int64, error) {
	info, err := c.sdk.Applications().Count().ToGetRequestInformation(ctx, nil)
	return c.count(ctx, "count app registrations", info, err)
}

func (c *Client) countServicePrincipals(ctx context.Context, op string, filter *string) (int64, error) {
	info, err := c.sdk.ServicePrincipals().Count().ToGetRequestInformation(ctx,
		&serviceprincipals.CountRequestBuilderGetRequestConfiguration{
			QueryParameters: &serviceprincipals.CountRequestBuilderGetQueryParameters{Filter: filter}})
	return c.count(ctx, op, info, err)
}

// count sends a request for a number, which comes as plain text, with a byte order mark at times.
func (c *Client) count(ctx context.Context, op string, info *abstractions.RequestInformation, err error) (int64, error) {
	if err != nil {
		return 0, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	info.Headers.TryAdd("ConsistencyLevel", "eventual")
	body, err := c.send(ctx, op, info)
	if err != nil {
		return 0, err
	}
	text := strings.TrimSpace(string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("graph: %s: the answer is not a number", op)
	}
	return n, nil
}
