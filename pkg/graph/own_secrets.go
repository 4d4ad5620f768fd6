package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithappid"
)

// OwnSecret is a client secret of the application itself, as its registration shows it.
// https://learn.microsoft.com/graph/api/resources/passwordcredential
type OwnSecret struct {
	KeyID string `json:"keyId"`
	// Hint is the beginning of the secret, three characters, "" where Graph does not say it.
	Hint string     `json:"hint"`
	Ends *time.Time `json:"endDateTime"`
}

// ListOwnSecrets returns the client secrets at the registration of an application, by its client id. A
// registration in another tenant is not found here.
//
// https://learn.microsoft.com/graph/api/application-get, least permission Application.Read.All.
func (c *Client) ListOwnSecrets(ctx context.Context, clientID string) ([]OwnSecret, error) {
	const op = "read the client secrets of the application"
	q := &applicationswithappid.ApplicationsWithAppIdRequestBuilderGetQueryParameters{Select: []string{"id", "passwordCredentials"}}
	info, err := c.sdk.ApplicationsWithAppId(&clientID).ToGetRequestInformation(ctx,
		&applicationswithappid.ApplicationsWithAppIdRequestBuilderGetRequestConfiguration{QueryParameters: q})
	if err != nil {
		return nil, fmt.Errorf("graph: %s: form the request: %w", op, err)
	}
	body, err := c.send(ctx, op, info)
	if err != nil {
		return nil, err
	}
	var registration struct {
		Secrets []OwnSecret `json:"passwordCredentials"`
	}
	if err := json.Unmarshal(body, &registration); err != nil {
		return nil, fmt.Errorf("graph: %s: decode the answer: %w", op, err)
	}
	return registration.Secrets, nil
}
