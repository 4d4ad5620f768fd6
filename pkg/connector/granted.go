package connector

import (
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
)

// Granted is the answer to a grant.
func Granted(result Outcome, g *v2.Grant, err error) ([]*v2.Grant, annotations.Annotations, error) {
	if err != nil {
		return nil, nil, err
	}
	if result == Unchanged {
		return []*v2.Grant{g}, annotations.New(&v2.GrantAlreadyExists{}), nil
	}
	return []*v2.Grant{g}, nil, nil
}

// Revoked is the answer to a revoke.
func Revoked(result Outcome, err error) (annotations.Annotations, error) {
	if err != nil {
		return nil, err
	}
	if result == Unchanged {
		return annotations.New(&v2.GrantAlreadyRevoked{}), nil
	}
	return nil, nil
}
