package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// The account that is made, and the feed in which changes of the tenant show.
const (
	newAccount = "noor.new@contoso.com"
	auditFeed  = "entra_audit"
)

// do hands out a task, waits for its end and takes the response to be an R.
func do[R proto.Message](ctx context.Context, s *service, task conductoronesim.Task) (response R, result conductoronesim.Result, err error) {
	result, err = s.c1.Await(ctx, s.c1.Hand(task))
	switch {
	case ctx.Err() != nil:
		return response, result, context.Cause(ctx)
	case err != nil:
		return response, result, err
	case result.Status != codes.OK:
		return response, result, fmt.Errorf("the connector answers %v: %s", result.Status, result.Message)
	}
	response, ok := result.Response.(R)
	if !ok {
		err = fmt.Errorf("the answer is a %T", result.Response)
	}
	return response, result, err
}

func (s *service) hello(ctx context.Context) (string, error) {
	metadata, _, err := do[*v2.ConnectorMetadata](ctx, s, conductoronesim.Hello())
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("it is %q; ConductorOne shows it as %s", metadata.GetDisplayName(), s.c1.Status()), nil
}

func (s *service) actionSchemas(ctx context.Context) (string, error) {
	list, _, err := do[*v2.ListActionSchemasResponse](ctx, s, conductoronesim.ActionSchemas(""))
	if err == nil && !slices.ContainsFunc(list.GetSchemas(), func(a *v2.BatonActionSchema) bool { return a.GetName() == "check_upn" }) {
		err = errors.New("check_upn is not among the actions")
	}
	return fmt.Sprintf("%d actions", len(list.GetSchemas())), err
}

func (s *service) eventFeeds(ctx context.Context) (string, error) {
	list, _, err := do[*v2.ListEventFeedsResponse](ctx, s, conductoronesim.EventFeeds())
	ids := make([]string, len(list.GetList()))
	for i, feed := range list.GetList() {
		ids[i] = feed.GetId()
	}
	if err == nil && !slices.Contains(ids, auditFeed) {
		err = fmt.Errorf("%s is not among the feeds %v", auditFeed, ids)
	}
	return strings.Join(ids, ", "), err
}

// fullSync is held against the whole tenant, as the file of a one-shot sync is.
func (s *service) fullSync(ctx context.Context) (string, error) {
	total, size, err := s.sync(ctx)
	if err != nil {
		return "", err
	}
	if err := s.choose(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("uploaded %.1f MB: %s resources, %s direct grants, as many as the tenant has",
		float64(size)/1e6, number(total.resources), number(total.direct)), nil
}

func (s *service) sync(ctx context.Context) (total count, size int64, err error) {
	result, err := s.c1.Await(ctx, s.c1.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{})))
	switch {
	case ctx.Err() != nil:
		return total, 0, context.Cause(ctx)
	case err != nil:
		return total, 0, err
	case result.Status != codes.OK || len(result.Uploads) != 1:
		return total, 0, fmt.Errorf("the connector answers %v with %d uploads: %s", result.Status, len(result.Uploads), result.Message)
	}
	s.upload = result.Uploads[0].Path
	got, err := read(ctx, s.upload)
	if err != nil {
		return total, 0, err
	}
	want, err := expect(s.tenant.sim.Census())
	if err != nil {
		return total, 0, err
	}
	for _, c := range got {
		total.add(c)
	}
	return total, result.Uploads[0].Size, compare(io.Discard, got, want)
}

// checkUPN asks whether the new account's name is free, which it is until the account is there.
func (s *service) checkUPN(free bool) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		answer, _, err := do[*v2.InvokeActionResponse](ctx, s, conductoronesim.InvokeAction("check_upn", "", map[string]any{"proposed_upn": newAccount}))
		if err != nil {
			return "", err
		}
		available, ok := answer.GetResponse().GetFields()["available"]
		if !ok || available.GetBoolValue() != free {
			return "", fmt.Errorf("the answer for %s is %v", newAccount, answer.GetResponse())
		}
		if free {
			return newAccount + " is free", nil
		}
		return newAccount + " is taken", nil
	}
}

// createAccount makes an account whose password has to be the one in the vault.
func (s *service) createAccount(ctx context.Context) (string, error) {
	profile := map[string]any{"login": newAccount, "email": newAccount, "displayName": "Noor New", "mailNickname": "noor.new",
		"userPrincipalName": newAccount, "accountEnabled": true}
	_, result, err := do[*v2.CreateAccountResponse](ctx, s, conductoronesim.CreateAccount("user", profile, conductoronesim.RandomPassword))
	if err != nil {
		return "", err
	}
	for _, u := range s.tenant.sim.Census().Users {
		if u.Text("userPrincipalName") == newAccount {
			s.account = u.ID()
		}
	}
	if s.account == "" {
		return "", errors.New("the tenant does not have the account")
	}
	password, _ := s.tenant.sim.Tenant().Password(s.account)
	if len(result.Secrets) != 1 || password == "" || string(result.Secrets[0].Value) != password {
		return "", fmt.Errorf("the vault holds %d secrets, and not the tenant's password", len(result.Secrets))
	}
	return "the tenant has it, and its password is in the vault", nil
}

// grant makes a member of a user, as ConductorOne knows both from the sync.
func (s *service) grant(ctx context.Context) (string, error) {
	if s.entitlement == nil {
		return "", errors.New("there was no sync to choose from")
	}
	answer, _, err := do[*v2.GrantManagerServiceGrantResponse](ctx, s, conductoronesim.Grant(s.entitlement, s.principal))
	if err != nil {
		return "", err
	}
	if len(answer.GetGrants()) != 1 {
		return "", fmt.Errorf("%d grants came back", len(answer.GetGrants()))
	}
	if !s.isMember() {
		return "", errors.New("the tenant does not have the member")
	}
	return fmt.Sprintf("user %q is a member of group %q in the tenant", s.user.Text("displayName"), s.group.Text("displayName")), nil
}

// events reads the feed until the grant shows.
func (s *service) events(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("the grant does not show in %s within %v", auditFeed, patience))
	defer cancel()
	for cursor, seen := "", 0; ; {
		page, _, err := do[*v2.ListEventsResponse](ctx, s, conductoronesim.Events(auditFeed, cursor, s.begun, 100))
		if err != nil {
			return "", err
		}
		cursor = page.GetCursor()
		seen += len(page.GetEvents())
		if slices.ContainsFunc(page.GetEvents(), s.isGrant) {
			return fmt.Sprintf("%s tells of the grant, among %d events", auditFeed, seen), nil
		}
		if page.GetHasMore() {
			continue
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// nextSync shows what was granted and created.
func (s *service) nextSync(ctx context.Context) (string, error) {
	if _, _, err := s.sync(ctx); err != nil {
		return "", err
	}
	if err := s.holdsWhatWasDone(ctx); err != nil {
		return "", err
	}
	return "it holds the new account and the new membership, and all else", nil
}

func (s *service) stop(context.Context) (string, error) {
	code, err := s.connector.terminate()
	if err == nil && code != 0 {
		err = fmt.Errorf("exit code %d", code)
	}
	return "exit code 0", err
}
