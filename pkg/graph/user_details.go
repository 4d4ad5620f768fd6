package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/transport"
)

// The service for reports has a limit of its own, which signInActivity in a list of users counts for:
// five requests in ten seconds, of an application in a tenant. https://learn.microsoft.com/graph/throttling-limits
const (
	// LaneReports is the name of the lane for what the limit holds for.
	LaneReports = "reports"
	// maxActivityPage is the largest page of users with their sign-in activity; a larger one is cut.
	maxActivityPage int32 = 500
)

// Lanes are the parts of Graph that have limits of their own, for the transport.
func Lanes() []transport.Lane {
	return []transport.Lane{
		{Name: LaneReports, Requests: 5, Per: 10 * time.Second},
		{Name: LaneKeys, Requests: 150, Per: time.Minute},
		{Name: LaneOnDemand, Requests: 5, Per: 10 * time.Second},
		{Name: LaneOutlook, Requests: batchesAtOnce},
	}
}

// SignInActivity is when a user signed in last. Each time may be missing.
// https://learn.microsoft.com/graph/api/resources/signinactivity
type SignInActivity struct {
	LastSuccessful *time.Time `json:"lastSuccessfulSignInDateTime"`
	// LastInteractive counts attempts that failed, too.
	LastInteractive    *time.Time `json:"lastSignInDateTime"`
	LastNonInteractive *time.Time `json:"lastNonInteractiveSignInDateTime"`
}

// UnmarshalJSON takes "" for a time that is missing, as Microsoft's own example has it, and so is the year 1.
func (a *SignInActivity) UnmarshalJSON(b []byte) error {
	var raw struct {
		Successful     string `json:"lastSuccessfulSignInDateTime"`
		Interactive    string `json:"lastSignInDateTime"`
		NonInteractive string `json:"lastNonInteractiveSignInDateTime"`
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*a = SignInActivity{}
	var errs [3]error
	a.LastSuccessful, errs[0] = timeOf(raw.Successful)
	a.LastInteractive, errs[1] = timeOf(raw.Interactive)
	a.LastNonInteractive, errs[2] = timeOf(raw.NonInteractive)
	return errors.Join(errs[:]...)
}

func timeOf(s string) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.IsZero() {
		return nil, err // the year 1 is no time either
	}
	return &t, nil
}

// LicenseState is one way by which somebody holds a licence, or should.
// https://learn.microsoft.com/graph/api/resources/licenseassignmentstate
type LicenseState struct {
	SkuID string `json:"skuId"`
	// AssignedByGroup is the id of the group that gives it, nil where it was assigned directly.
	AssignedByGroup *string `json:"assignedByGroup"`
	// State is Active, ActiveWithError, Disabled or Error.
	State string `json:"state"`
}

// ErrNoPremium is wrapped by the error for sign-in activity that a tenant without Entra ID P1 or P2 does
// not have.
var ErrNoPremium = errors.New("the tenant has no Microsoft Entra ID P1 or P2 licence")

// noPremium marks the refusal that speaks of a premium licence. Its code is not documented, only seen:
// Authentication_RequestFromNonPremiumTenantOrB2CTenant, 403, with "… tenant doesn't have premium license".
func noPremium(err error) error {
	var refused *Error
	if !errors.As(err, &refused) || refused.Status < 400 || refused.Status > 499 {
		return err
	}
	if !strings.Contains(strings.ToLower(refused.Code+" "+refused.Message), "premium") {
		return err
	}
	return fmt.Errorf("%w: %w", ErrNoPremium, err)
}

// ProbeSignInActivity asks for the sign-in activity of one user. Where ProbeUsers succeeds, a 403 means that
// AuditLog.Read.All is missing, and ErrNoPremium that the tenant has no activity to give.
func (c *Client) ProbeSignInActivity(ctx context.Context) error {
	ctx = transport.WithLane(ctx, LaneReports)
	_, err := list[Object](ctx, c, listing{op: "list users with sign-in activity",
		first: c.usersQuery(ctx, []string{"id", "signInActivity"}, 1, false, "")}, "")
	return noPremium(err)
}
