package entra

import (
	"context"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph"
)

func (s *applicationSyncer) addOwner(ctx context.Context, r connector.Right) (connector.Outcome, error) {
	if err := r.HeldBy("ownership of an application", typeUser, typeApplication, typeManagedIdentity); err != nil {
		return connector.Failed, err
	}
	return s.c.apply(ctx, change{
		action: "add application owner", targets: ownerTargets(r),
		write: s.c.patient(func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := s.c.graph.AddApplicationOwner(ctx, r.Resource, s.c.cloud.Reference(r.Holder.GetResource()))
			err = missingPartner("application", r.Resource, r.Holder.GetResource(), err)
			return receipt, lacking(err, "add an owner to application "+r.Resource, "Application.ReadWrite.All, and Directory.Read.All beside it")
		}, mayPass),
		already: graph.LinkExists,
		holds:   func(ctx context.Context) (bool, error) { return s.owns(ctx, r) },
	})
}

func (s *applicationSyncer) removeOwner(ctx context.Context, r connector.Right) (connector.Outcome, error) {
	return s.c.apply(ctx, s.c.removal(change{
		action: "remove application owner", targets: ownerTargets(r),
		write: func(ctx context.Context) (graph.Receipt, error) {
			receipt, err := s.c.graph.RemoveApplicationOwner(ctx, r.Resource, r.Holder.GetResource())
			if graph.LastOwner(err) {
				err = connector.Explain(codes.FailedPrecondition, err,
					"%s is the last owner of application %s, which has to have one: make somebody else an owner first", r.Holder.GetResource(), r.Resource)
			}
			return receipt, lacking(err, "remove an owner of application "+r.Resource, "Application.ReadWrite.All")
		},
		already: func(err error) bool { return graph.Missing(err) || graph.LinkMissing(err) },
		holds: func(ctx context.Context) (bool, error) {
			owns, err := s.owns(ctx, r)
			return !owns, err
		},
	}))
}

func ownerTargets(r connector.Right) map[string]string {
	return map[string]string{"application": r.Resource, "owner": r.Holder.GetResource()}
}

// owns says whether the holder is among the application's owners.
func (s *applicationSyncer) owns(ctx context.Context, r connector.Right) (bool, error) {
	for next := ""; ; {
		page, err := s.c.graph.ListApplicationOwners(ctx, r.Resource, next)
		if err != nil {
			return false, err
		}
		for _, o := range page.Items {
			if strings.EqualFold(o.ID, r.Holder.GetResource()) {
				return true, nil
			}
		}
		if next = page.Next; next == "" {
			return false, nil
		}
	}
}
