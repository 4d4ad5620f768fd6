package connector

import (
	"context"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/crypto"
)

// ChoosePassword returns the password that credential options ask for.
func ChoosePassword(ctx context.Context, options *v2.LocalCredentialOptions) (string, error) {
	if options.GetRandomPassword() == nil && options.GetPlaintextPassword() == nil {
		return "", Malformed("credential_options", "ask for something that a user here cannot have: take a random or an encrypted password")
	}
	text, err := crypto.GeneratePassword(ctx, options)
	switch {
	case err != nil:
		return "", Malformed("credential_options", "cannot be fulfilled: "+err.Error())
	case text == "":
		return "", Malformed("credential_options", "hold no password")
	}
	return text, nil
}

// HandedOver is a password as the SDK encrypts it for the vault.
func HandedOver(password string) []*v2.PlaintextData {
	return []*v2.PlaintextData{v2.PlaintextData_builder{Name: "password", Description: "The password of the user", Bytes: []byte(password)}.Build()}
}

// RotatablePasswords says that a user can be given a random or an encrypted password.
func RotatablePasswords() *v2.CredentialDetailsCredentialRotation {
	return v2.CredentialDetailsCredentialRotation_builder{
		SupportedCredentialOptions: []v2.CapabilityDetailCredentialOption{
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_ENCRYPTED_PASSWORD,
		},
		PreferredCredentialOption: v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
	}.Build()
}

// FirstPasswords says that a new user can have a random or an encrypted password, or none.
func FirstPasswords() *v2.CredentialDetailsAccountProvisioning {
	return v2.CredentialDetailsAccountProvisioning_builder{
		SupportedCredentialOptions: []v2.CapabilityDetailCredentialOption{
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_ENCRYPTED_PASSWORD,
			v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD,
		},
		PreferredCredentialOption: v2.CapabilityDetailCredentialOption_CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD,
	}.Build()
}
