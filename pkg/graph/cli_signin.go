package graph

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// NewAzureCLITokens returns tokens for the person who is logged in to the Azure CLI, in s.TenantID or,
// without one, in the CLI's own tenant. They carry what that person may do through the CLI, which is not
// what the connector needs everywhere.
func NewAzureCLITokens(s SignIn) *TokenSource {
	return &TokenSource{scope: s.Scope, place: "the Azure CLI", tenantID: s.TenantID, explain: s.explainCLI,
		make: func() (azcore.TokenCredential, error) {
			cli, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: s.TenantID})
			return &keeping{credential: cli, now: s.now}, err
		}}
}

// keeping keeps the token of a credential that has no cache: each token of the CLI is a process.
type keeping struct {
	credential azcore.TokenCredential
	now        func() time.Time

	mu    sync.Mutex
	token azcore.AccessToken
}

// renewBefore is how long before its end a token is given up.
const renewBefore = 5 * time.Minute

// GetToken returns the token that is kept while it is good for a while, else a new one.
func (k *keeping) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if o.Claims == "" && k.now().Add(renewBefore).Before(k.token.ExpiresOn) {
		return k.token, nil
	}
	token, err := k.credential.GetToken(ctx, o)
	if err == nil {
		k.token = token
	}
	return token, err
}

// explainCLI never quotes the CLI, which can name the person.
func (s SignIn) explainCLI(err error, _ notes) *SignInError {
	e := &SignInError{Authority: "the Azure CLI", TenantID: s.TenantID, Decided: true}
	login := "az login"
	if s.TenantID != "" {
		login += " --tenant " + s.TenantID
	}
	code := aadsts.FindStringSubmatch(err.Error())
	switch {
	case strings.Contains(err.Error(), "not found on path"):
		e.Reason = "there is no Azure CLI here (az is not on the PATH): install it, or sign in another way"
	case code != nil:
		e.Code = code[1]
		e.Reason = fmt.Sprintf("the Azure CLI is refused a token (AADSTS%s): log in again with %s; the code is explained at "+
			"https://login.microsoftonline.com/error?code=%s", e.Code, login, e.Code)
	default:
		e.Reason = fmt.Sprintf("the Azure CLI gives no token (az account get-access-token fails): log in with %s", login)
	}
	return e
}
