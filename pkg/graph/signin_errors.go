package graph

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// SignInError says why there is no token. Its text names the cause and the remedy, and nothing secret.
type SignInError struct {
	Authority string
	TenantID  string
	// Code is the AADSTS number, "" where Microsoft's sign-in did not answer with one.
	Code   string
	Reason string
	// Decided is true where asking again would get the same answer.
	Decided bool
	cause   error
}

// Error names the cause and the remedy.
func (e *SignInError) Error() string { return "sign in: " + e.Reason }

// Unwrap returns what the network reported, where it is that which failed.
func (e *SignInError) Unwrap() error { return e.cause }

// Final says whether asking again would get the same answer.
func (e *SignInError) Final() bool { return e.Decided }

// HTTPStatus maps the failure to the status that a service would have answered with: 401 where sign-in
// has decided, 503 where it could not be reached.
func (e *SignInError) HTTPStatus() int {
	if e.Decided {
		return http.StatusUnauthorized
	}
	return http.StatusServiceUnavailable
}

var aadsts = regexp.MustCompile(`AADSTS(\d+)`)

// newSignInError turns azidentity's error, which is many lines with the whole answer in it, into one
// sentence. Lost is what the network reported, where no answer came.
func newSignInError(authority, tenantID string, err, lost error) *SignInError {
	e := &SignInError{Authority: authority, TenantID: tenantID}
	if lost != nil {
		e.cause = withoutURL(lost)
		e.Reason = fmt.Sprintf("%s cannot be reached: %s. %s", authority, oneLine(e.cause.Error()), reachRemedy(e.cause))
		return e
	}
	if m := aadsts.FindStringSubmatch(err.Error()); m != nil {
		e.Code = m[1]
	}
	status := answeredStatus(err)
	passing := status == http.StatusTooManyRequests || status >= 500
	e.Reason, e.Decided = signInReason(e.Code, authority, tenantID)
	switch {
	case e.Reason != "":
		e.Decided = e.Decided && !passing
	case passing:
		e.Reason = fmt.Sprintf("%s answered %d. It may pass; the sync can be run again", authority, status)
	case status != 0:
		e.Decided = true
		e.Reason = fmt.Sprintf("%s answered %d. Check the tenant id and --authority-host", authority, status)
	default:
		// Never the text of err: it quotes the answer, which can be half a token.
		e.Reason = fmt.Sprintf("%s gave an answer that is not Microsoft's sign-in's. Check --authority-host and HTTPS_PROXY", authority)
	}
	return e
}

// reachRemedy is what to do about a sign-in host that gives no answer.
func reachRemedy(err error) string {
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return "Name the certificate authority that is to be trusted in SSL_CERT_FILE, or its folder in SSL_CERT_DIR"
	}
	return "Check the network, HTTPS_PROXY and --authority-host"
}

// answeredStatus is the status that sign-in answered with, 0 where it did not.
func answeredStatus(err error) int {
	var answered *azidentity.AuthenticationFailedError
	if errors.As(err, &answered) && answered.RawResponse != nil {
		return answered.RawResponse.StatusCode
	}
	return 0
}

// signInReason explains the codes that administrators meet, and says whether they are final.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func signInReason(code, authority, tenantID string) (string, bool) {
	switch code {
	case "":
		return "", false
	case "7000215":
		return "the client secret is wrong (AADSTS7000215): use the secret's value, not its id, from the app registration's Certificates & secrets. A connector that runs takes a new secret when it is started again", true
	case "7000222":
		return "the client secret has expired (AADSTS7000222): make a new one in the app registration's Certificates & secrets, and start the connector again with it", true
	case "700016":
		return fmt.Sprintf("the tenant %s has no application with this client id (AADSTS700016): check the client id, and that an administrator of this tenant has consented to the application", tenantID), true
	case "90002", "900023":
		return fmt.Sprintf("there is no tenant %s at %s (AADSTS%s): check the tenant id, and the cloud it is in", tenantID, authority, code), true
	case "70021":
		return fmt.Sprintf("the application does not trust the federated token (AADSTS70021): in the app registration's Certificates & secrets, "+
			"add a federated credential with the issuer, subject and audience of the token, in the tenant %s", tenantID), true
	case "700024":
		return "the assertion that the connector signs in with is out of date (AADSTS700024): check the clock of this machine, and that the platform renews its federated token", true
	case "500011":
		return fmt.Sprintf("the tenant %s has no Microsoft Graph of this cloud (AADSTS500011): check --cloud and --graph-domain", tenantID), true
	case "700027":
		return "the certificate is not one of the application's (AADSTS700027): upload it to the app registration's Certificates & secrets. A connector that runs takes a new certificate when it is started again", true
	case "53003":
		return "a Conditional Access policy forbids this sign-in (AADSTS53003): exclude the application from it or let it sign in from here", true
	case "50196":
		return "sign-in refuses an application that asked too often (AADSTS50196): wait some minutes", false
	}
	return fmt.Sprintf("%s refused the application (AADSTS%s): the code is explained at https://login.microsoftonline.com/error?code=%s", authority, code, code), true
}
