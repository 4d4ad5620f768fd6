package process

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/conductorone/baton-sdk/pkg/crypto"
	"github.com/conductorone/baton-sdk/pkg/ugrpc"
	"github.com/conductorone/baton-sdk/pkg/uhttp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
)

// c1HostVariable names another host than the client id does.
const c1HostVariable = "BATON_C1_API_HOST"

// tokenPatience bounds a request for a token. The SDK's own bound is five minutes.
const tokenPatience = 30 * time.Second

// What the SDK puts before an error of its startup, of the token endpoint, and of a token that could not be asked for.
// It gives all three no other mark.
const (
	startupText = "startup Hello failed: "
	noAskText   = "per-RPC creds failed due to error: "
)

var tokenText = regexp.MustCompile(`failed to get token: ((\d)(\d\d) [^;\n]*)`)

// tokenCheck asks ConductorOne for a token, the way the SDK does for each of its calls, and throws it away. That tells
// at once whether ConductorOne can be reached and takes the client: the SDK finds it out after it has started the
// connector, and tells neither from the other.
type tokenCheck struct {
	provider credentials.PerRPCCredentials
}

// newTokenCheck fails if the client id or the secret cannot be read. Nothing is sent.
func newTokenCheck(ctx context.Context, clientID, clientSecret string) (tokenCheck, error) {
	if strings.ContainsFunc(clientID, unicode.IsSpace) {
		return tokenCheck{}, wrongSetting(clientIDFlag, "holds white space, as at the end of a line: ConductorOne does not know it so")
	}
	ctx = context.WithValue(ctx, uhttp.ContextHTTPTimeoutKey, tokenPatience)
	provider, _, _, err := ugrpc.NewC1CredentialProvider(ctx, clientID, clientSecret)
	switch {
	case errors.Is(err, ugrpc.ErrInvalidClientID):
		return tokenCheck{}, wrongSetting(clientIDFlag, "is not a client id of ConductorOne's, which reads name@host/rest: copy it whole from there")
	case errors.Is(err, crypto.ErrInvalidClientSecret):
		return tokenCheck{}, wrongSetting(clientSecretFlag, "is not a client secret of ConductorOne's, or not the whole of one: make a new one there and copy it whole")
	case err != nil:
		return tokenCheck{}, fmt.Errorf("read ConductorOne's credentials: %w", err)
	}
	return tokenCheck{provider: provider}, nil
}

// ask returns when there is an answer, or the context ends. The SDK's request itself knows no context.
func (t tokenCheck) ask(ctx context.Context) error {
	secure := credentials.NewContextWithRequestInfo(ctx, credentials.RequestInfo{
		AuthInfo: credentials.TLSInfo{CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity}},
	})
	asked := make(chan error, 1)
	go func() {
		_, err := t.provider.GetRequestMetadata(secure)
		if err != nil && status.Code(err) != codes.Unauthenticated {
			err = fmt.Errorf("%s%w", noAskText, err) // what the SDK makes of it in a call
		}
		asked <- err
	}()
	select {
	case err := <-asked:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isAway reports whether an error means that ConductorOne does not answer now, rather than that it refuses. Answers
// that ask to come back later count as away.
func isAway(err error) bool {
	text := err.Error()
	if token := tokenText.FindStringSubmatch(text); token != nil {
		return token[2] == "5" || token[2]+token[3] == "429" || token[2]+token[3] == "408"
	}
	if strings.Contains(text, noAskText) {
		return true
	}
	return strings.Contains(text, startupText) && (errors.Is(err, context.DeadlineExceeded) || status.Code(err) == codes.Unavailable)
}

// refusal is the sentence for a startup that ConductorOne has refused, and any other error as it is.
func refusal(err error, host string) error {
	if err == nil {
		return nil
	}
	token := tokenText.FindStringSubmatch(err.Error())
	if token == nil && !strings.Contains(err.Error(), startupText) {
		return err
	}
	why := status.Code(err).String()
	if token != nil {
		why = strings.TrimSpace(token[1])
	}
	switch {
	case token != nil, status.Code(err) == codes.Unauthenticated, status.Code(err) == codes.PermissionDenied, status.Code(err) == codes.NotFound:
		return &ending{code: int(codes.Unauthenticated), sentence: fmt.Sprintf("ConductorOne at %s refuses this client (%s): see that --%s and --%s belong together, "+
			"that the connector and the secret are still there in ConductorOne, and that this machine's clock is right", host, why, clientIDFlag, clientSecretFlag)}
	}
	return err
}

// clientHost is the host in a client id, or nothing.
func clientHost(clientID string) string {
	_, rest, _ := strings.Cut(clientID, "@")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
