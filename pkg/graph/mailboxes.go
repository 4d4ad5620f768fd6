package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

const (
	// LaneOutlook is the name of the lane for what Graph hands to Exchange, which is throttled apart from the
	// directory.
	LaneOutlook = "outlook"
	// batchesAtOnce bounds the batches that go to Exchange at the same time. Of each, Graph hands it four
	// requests at a time. The limits of four at once and 10,000 in ten minutes are those of one mailbox, of which
	// a batch asks once. https://learn.microsoft.com/graph/throttling-limits
	batchesAtOnce = 4
)

// ListMailboxPurposes returns what the mailboxes of users are for, by the id of the user: user, linked,
// shared, room, equipment or others; "" for a user without a mailbox. Exchange is asked for each user by
// itself, twenty of them in a request.
//
// Beside an error it returns what was read before it, so that only the rest has to be asked for again:
// each request of a batch may be throttled by itself, and nothing has repeated those. The error then
// tells when all of them may be asked again.
//
// https://learn.microsoft.com/graph/api/user-get-mailboxsettings, least permission MailboxSettings.Read.
func (c *Client) ListMailboxPurposes(ctx context.Context, userIDs []string) (map[string]string, error) {
	ctx, stop := context.WithCancel(transport.ReadOnly(transport.WithLane(ctx, LaneOutlook)))
	defer stop()
	var (
		mu      sync.Mutex
		all     = make(map[string]string, len(userIDs))
		failure error
		work    sync.WaitGroup
		slots   = make(chan struct{}, batchesAtOnce)
	)
	for ids := range slices.Chunk(userIDs, maxBatch) {
		slots <- struct{}{}
		work.Go(func() {
			defer func() { <-slots }()
			found, err := c.purposes(ctx, ids)
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(all, found)
			failure = graver(failure, err)
			if err != nil && !mayPass(err) {
				stop() // the other batches would be for nothing
			}
		})
	}
	work.Wait()
	return all, failure
}

// ProbeMailboxes asks for the mailbox of one user: it succeeds where ListMailboxPurposes may be called.
func (c *Client) ProbeMailboxes(ctx context.Context) error {
	page, err := list[Object](ctx, c, listing{op: "list users", first: c.usersQuery(ctx, []string{"id"}, 1, false, "")}, "")
	if err != nil || len(page.Items) == 0 {
		return err
	}
	_, err = c.ListMailboxPurposes(ctx, []string{page.Items[0].ID})
	return err
}

// purposes reads the mailboxes of up to maxBatch users.
func (c *Client) purposes(ctx context.Context, userIDs []string) (map[string]string, error) {
	found := make(map[string]string, len(userIDs))
	failed, failure := c.askPurposes(ctx, userIDs, found)
	for _, err := range failed {
		failure = graver(failure, err)
	}
	return found, failure
}

// askPurposes puts into found what is answered, and returns why the others are not.
func (c *Client) askPurposes(ctx context.Context, userIDs []string, found map[string]string) ([]error, error) {
	requests := make([]*abstractions.RequestInformation, len(userIDs))
	for i, id := range userIDs {
		var err error
		requests[i], err = c.sdk.Users().ByUserId(id).MailboxSettings().ToGetRequestInformation(ctx, &users.ItemMailboxSettingsRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.ItemMailboxSettingsRequestBuilderGetQueryParameters{Select: []string{"userPurpose"}},
		})
		if err != nil {
			return nil, fmt.Errorf("graph: read the mailbox settings of user %s: form the request: %w", id, err)
		}
	}
	answers, err := c.batch(ctx, "read mailbox settings", requests)
	if err != nil {
		return nil, err
	}
	var failed []error
	for i, a := range answers {
		purpose, err := purposeOf(userIDs[i], a)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		found[userIDs[i]] = purpose
	}
	return failed, nil
}

// purposeOf reads one answer. Graph says in several ways that there is no mailbox, and which is not
// documented (MailboxNotEnabledForRESTAPI, ErrorNonExistentMailbox, ResourceNotFound, …): any 404 of its
// own is one, a user who was deleted just now among them. A proxy's 404 has no code.
func purposeOf(userID string, a batchAnswer) (string, error) {
	op := "read the mailbox settings of user " + userID
	err := a.err(op)
	var refused *Error
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound && refused.Code != "" {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var settings map[string]json.RawMessage
	if err := json.Unmarshal(a.body, &settings); err != nil {
		return "", fmt.Errorf("graph: %s: the answer cannot be read: %w", op, err)
	}
	var purpose string
	if err := json.Unmarshal(settings["userPurpose"], &purpose); err != nil {
		return "", fmt.Errorf("graph: %s: the answer has no userPurpose: %w", op, err)
	}
	return purpose, nil
}

// graver picks the error that decides: one that stays before one that may pass, and of those the one
// with the longest wait.
func graver(a, b error) error {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case mayPass(a) != mayPass(b):
		if mayPass(a) {
			return b
		}
		return a
	case retryAt(b).After(retryAt(a)):
		return b
	}
	return a
}

// mayPass says whether the same request may be answered another time.
func mayPass(err error) bool {
	status := statusOf(err)
	return status == 0 || status == http.StatusTooManyRequests || status >= 500
}

func statusOf(err error) int {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Status
	}
	return 0
}

func retryAt(err error) time.Time {
	var timed interface{ RetryAt() time.Time }
	if errors.As(err, &timed) {
		return timed.RetryAt()
	}
	return time.Time{}
}
