package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/c1zfile"
)

// digest is what a file holds, in so few bytes that two files can be held against each other: how many rows of each
// kind, and the sum of their hashes, in which their order does not show.
type digest struct {
	// Derived are grants that follow from others, Grants the rest.
	Resources, Entitlements, Grants, Derived int
	Sum                                      [4]uint64
}

// rows is how many there are in all.
func (d digest) rows() int { return d.Resources + d.Entitlements + d.Grants + d.Derived }

func digestOf(ctx context.Context, c1z string) (d digest, err error) {
	err = c1zfile.Visit(ctx, c1z, c1zfile.Visitor{
		Resources: func(page []*v2.Resource) error {
			d.Resources += len(page)
			return addAll(&d, "resource", page)
		},
		Entitlements: func(page []*v2.Entitlement) error {
			d.Entitlements += len(page)
			return addAll(&d, "entitlement", page)
		},
		Grants: func(page []*v2.Grant) error {
			for _, g := range page {
				if c1zfile.Direct(g) {
					d.Grants++
				} else {
					d.Derived++
				}
			}
			return addAll(&d, "grant", page)
		},
	})
	return d, err
}

// annotated is a row of any kind. It takes its annotations out to be looked into.
type annotated interface {
	proto.Message
	GetAnnotations() []*anypb.Any
	SetAnnotations([]*anypb.Any)
}

func addAll[T annotated](d *digest, kind string, page []T) error {
	for _, row := range page {
		b, err := canonical([]byte(kind+" "), row)
		if err != nil {
			return fmt.Errorf("hash a %s: %w", kind, err)
		}
		hash := sha256.Sum256(b)
		for i := range d.Sum {
			d.Sum[i] += binary.BigEndian.Uint64(hash[8*i:])
		}
	}
	return nil
}

// canonical appends a row in a form that equal rows share. Within an annotation, which the SDK keeps packed, the order of
// a map is anybody's guess.
func canonical(b []byte, row annotated) ([]byte, error) {
	packed := row.GetAnnotations()
	row.SetAnnotations(nil)
	same := proto.MarshalOptions{Deterministic: true}
	b, err := same.MarshalAppend(b, row)
	for _, one := range packed {
		if err != nil {
			break
		}
		var annotation proto.Message
		if annotation, err = one.UnmarshalNew(); err == nil {
			b, err = same.MarshalAppend(append(b, one.GetTypeUrl()...), annotation)
		}
	}
	return b, err
}
