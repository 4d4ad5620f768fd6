package conductoronesim

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// CredentialKind is what a new account or password is made with.
type CredentialKind string

// The kinds of credentials. Encrypted is a password of ConductorOne's choice that only the connector can read.
const (
	NoPassword     CredentialKind = "none"
	RandomPassword CredentialKind = "random"
	SingleSignOn   CredentialKind = "sso"
	Encrypted      CredentialKind = "encrypted"
)

// randomPasswordLength is what ConductorOne's tasks ask for here; the protocol allows 8 to 64.
const randomPasswordLength = 20

// CreateAccount makes an account. The profile holds the answers to the connector's form; "login" and "email" of it are
// given as such, too.
func CreateAccount(resourceType string, profile map[string]any, kind CredentialKind) Task {
	return Task{make: func() (*v1.Task, error) {
		info, err := accountInfo(profile)
		if err != nil {
			return nil, err
		}
		options, err := credentialOptions(kind)
		if err != nil {
			return nil, err
		}
		return v1.Task_builder{CreateAccount: v1.Task_CreateAccountTask_builder{
			AccountInfo: info, CredentialOptions: options, ResourceTypeId: resourceType,
		}.Build()}.Build(), nil
	}}
}

func accountInfo(profile map[string]any) (*v2.AccountInfo, error) {
	fields, err := structpb.NewStruct(profile)
	if err != nil {
		return nil, fmt.Errorf("the account's profile: %w", err)
	}
	b := v2.AccountInfo_builder{Profile: fields}
	if login, ok := profile["login"].(string); ok {
		b.Login = login
	}
	if address, ok := profile["email"].(string); ok {
		b.Emails = []*v2.AccountInfo_Email{v2.AccountInfo_Email_builder{Address: address, IsPrimary: true}.Build()}
	}
	return b.Build(), nil
}

func credentialOptions(kind CredentialKind) (*v2.CredentialOptions, error) {
	var b v2.CredentialOptions_builder
	switch kind {
	case NoPassword:
		b.NoPassword = &v2.CredentialOptions_NoPassword{}
	case RandomPassword:
		b.RandomPassword = v2.CredentialOptions_RandomPassword_builder{Length: randomPasswordLength}.Build()
	case SingleSignOn:
		b.Sso = &v2.CredentialOptions_SSO{}
	case Encrypted:
		b.EncryptedPassword = &v2.CredentialOptions_EncryptedPassword{}
	default:
		return nil, fmt.Errorf("there is no kind of credential %q; the kinds are none, random, sso and encrypted", kind)
	}
	return b.Build(), nil
}

// RotateCredentials gives a resource a new password.
func RotateCredentials(id *v2.ResourceId, kind CredentialKind) Task {
	return Task{make: func() (*v1.Task, error) {
		options, err := credentialOptions(kind)
		if err != nil {
			return nil, err
		}
		return v1.Task_builder{RotateCredentials: v1.Task_RotateCredentialsTask_builder{
			ResourceId: id, CredentialOptions: options,
		}.Build()}.Build(), nil
	}}
}

// IssueCredential makes a secret for an identity: of which resource type the secret is, and one of the kinds "api_key",
// "keypair", "token" and "client_secret". A zero time asks for no expiry.
func IssueCredential(identity *v2.ResourceId, secretType, kind string, expires time.Time) Task {
	return Task{make: func() (*v1.Task, error) {
		o := v2.CredentialIssueOptions_builder{SecretResourceTypeId: secretType}
		switch kind {
		case "api_key":
			o.ApiKey = &v2.CredentialIssueOptions_ApiKey{}
		case "keypair":
			o.Keypair = &v2.CredentialIssueOptions_Keypair{}
		case "token":
			o.Token = &v2.CredentialIssueOptions_Token{}
		case "client_secret":
			o.ClientSecret = &v2.CredentialIssueOptions_ClientSecret{}
		default:
			return nil, fmt.Errorf("there is no kind of secret %q; the kinds are api_key, keypair, token and client_secret", kind)
		}
		b := v1.Task_IssueCredentialTask_builder{IdentityId: identity, CredentialOptions: o.Build()}
		if !expires.IsZero() {
			b.ExpiresAt = timestamppb.New(expires)
		}
		return v1.Task_builder{IssueCredential: b.Build()}.Build(), nil
	}}
}
