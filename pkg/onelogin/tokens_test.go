package onelogin

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/conductorone/baton-microsoft-entra/pkg/onelogin/oneloginsim"
)

func (r *rig) read(t testing.TB) error {
	t.Helper()
	_, err := r.ListGroups(t.Context(), "")
	return err
}

func TestATokenIsAskedForOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	done := make(chan error, 20)
	for range cap(done) {
		go func() { done <- r.read(t) }()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := r.sim.TokenAnswers(); n != 1 {
		t.Errorf("%d tokens were asked for", n)
	}
}

func TestATokenIsRenewedWhenItEnds(t *testing.T) {
	t.Parallel()
	for _, countDown := range []bool{false, true} {
		r := newRig(t, oneloginsim.Options{CountDown: countDown})
		for range 50 { // 25 hours, in which the tokens end twice
			if err := r.read(t); err != nil {
				t.Fatal(err)
			}
			r.clock.advance(30 * time.Minute)
		}
		if n := r.sim.TokenAnswers(); n < 3 || n > 12 {
			t.Errorf("counting down %v: %d tokens were asked for in 25 hours", countDown, n)
		}
		for _, req := range r.sim.History() {
			if req.Status == http.StatusUnauthorized && !countDown {
				t.Errorf("%s %s was sent with a token that had ended", req.Method, req.Path)
			}
		}
	}
}

// A process that starts late in the life of the shared token gets that one, whatever it does.
func TestATokenThatSomebodyElseGotFirstIsNotAskedForWithEachRequest(t *testing.T) {
	t.Parallel()
	for _, countDown := range []bool{false, true} {
		for _, age := range []time.Duration{6 * time.Hour, 9*time.Hour + 58*time.Minute} {
			r := newRig(t, oneloginsim.Options{CountDown: countDown})
			if _, err := r.tokens.Token(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.clock.advance(age)
			late := NewTokenSource(address(t, r.sim), r.tokens.credential, r.sim.Client().Transport, r.clock)
			before := r.sim.TokenAnswers()
			for range 60 {
				if _, err := late.Token(t.Context()); err != nil {
					t.Fatal(err)
				}
				r.clock.advance(time.Second)
			}
			if n := r.sim.TokenAnswers() - before; n > 2 {
				t.Errorf("counting down %v, after %v: asked for %d times in a minute", countDown, age, n)
			}
		}
	}
}

func TestARefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	if err := r.read(t); err != nil {
		t.Fatal(err)
	}
	r.sim.ExpireTokens()
	if err := r.read(t); err != nil {
		t.Error(err)
	}
	if n := r.sim.TokenAnswers(); n != 2 {
		t.Errorf("%d tokens were asked for", n)
	}
}

func TestARefusalThatANewTokenWouldNotChangeIsTold(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{Scope: oneloginsim.ScopeReadUsers})
	_, err := r.ListPrivileges(t.Context(), "")
	if !ScopeTooSmall(err) || statusOf(err) != http.StatusForbidden {
		t.Errorf("version 2 answers %v", err)
	}
	err = r.LockUser(t.Context(), placesOf(t, r.sim).user, 0)
	if !ScopeTooSmall(err) || statusOf(err) != http.StatusUnauthorized || !strings.Contains(err.Error(), "Insufficient Permission") {
		t.Errorf("version 1 answers %v", err)
	}
	for _, req := range r.sim.Writes() {
		t.Errorf("%s %s changed something", req.Method, req.Path)
	}
}

func TestAWrongCredentialIsNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	wrong := NewTokenSource(address(t, r.sim), Credential{r.sim.Options().ClientID, "hunter2-wrong"}, r.sim.Client().Transport, r.clock)
	_, err := wrong.Token(t.Context())
	var refused *SignInError
	if !errors.As(err, &refused) || refused.HTTPStatus() != http.StatusUnauthorized || !strings.Contains(err.Error(), "API Credentials") {
		t.Errorf("%v", err)
	}
	if strings.Contains(err.Error(), "hunter2") || Unclear(err) {
		t.Errorf("%v", err)
	}
}

// A credential that is deleted while a token of it is out: the sign-in says so, once, and not the call that the token was
// refused for.
func TestACredentialThatIsRefusedLaterIsNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	if err := r.ProbeUsers(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.sim.ExpireTokens()
	r.sim.Fail(oneloginsim.Fault{PathContains: "/auth/", Times: -1, Status: http.StatusUnauthorized, Message: "Authentication Failure"})
	for range 2 { // the second finds no token at all
		r.sim.ResetHistory()
		err := r.ProbeUsers(t.Context())
		if !errors.As(err, new(*SignInError)) || ScopeTooSmall(err) || Unclear(err) {
			t.Errorf("%v", err)
		}
		if n := len(r.sim.History()); n > 2 {
			t.Errorf("%d requests were sent: %v", n, r.sim.Traffic())
		}
		r.tokens.token = ""
	}
}

func TestASignInThatFailsIsNoRefusal(t *testing.T) {
	t.Parallel()
	for name, fault := range troubles() {
		r := newRig(t, oneloginsim.Options{})
		fault.fault.PathContains, fault.fault.Times = "/auth/", -1
		r.sim.Fail(fault.fault)
		token, err := r.tokens.Token(t.Context())
		refusal := fault.status >= 400 && fault.status < 429
		if err == nil || token != "" || strings.Contains(err.Error(), "credential was refused") != refusal {
			t.Errorf("%s: %q, %v", name, token, err)
		}
	}
}

// A sign-in that is refused for the hour's quota says when the next hour begins.
func TestASignInBeyondTheQuotaSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	r.sim.Fail(oneloginsim.Fault{PathContains: "/auth/", Status: http.StatusTooManyRequests, Reset: "1800"})
	_, err := r.tokens.Token(t.Context())
	var refused *SignInError
	if !errors.As(err, &refused) || !refused.RetryAt().Equal(r.clock.Now().Add(30*time.Minute)) || refused.Final() {
		t.Errorf("%v", err)
	}
}

func TestAWaitForATokenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{})
	r.tokens.one <- struct{}{} // somebody is asking
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	if _, err := r.tokens.Token(ctx); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}

func TestAnOrphanedCredentialAnswersEverythingWith500(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneloginsim.Options{Orphaned: true})
	if err := r.ProbeUsers(once(t)); statusOf(err) != http.StatusInternalServerError {
		t.Errorf("%v", err)
	}
	r.sim.SetOrphaned(false)
	if err := r.ProbeUsers(once(t)); err != nil {
		t.Error(err)
	}
}
