// Package process is the layer between main and the SDK: it starts what the SDK starts, and makes a one-shot sync safe
// to interrupt.
//
// The SDK writes a sync straight to --file. A run that fails leaves its unfinished rows there, the next run goes on
// from them and keeps what has been deleted meanwhile, and Ctrl-C ends in os.Exit(0). So a one-shot sync runs in a
// worker process under a small supervisor:
//
//	supervisor          owns the run's two directories, waits, checks the result, renames it over --file
//	└─ worker           the SDK as it is, with --file and --c1z-temp-dir pointed into those directories
//	   └─ connector     the SDK's own child, which speaks to the directory
//
// The rules:
//
//  1. Each run has a directory beside the target (.<file>.<number>.partial), on the target's file system so that a
//     rename is enough, and one for working data in the temporary directory (baton-oneshot-<number>).
//  2. Supervisor and worker hold a shared lock in both for as long as they live. Whoever can take it exclusively knows
//     that the run is dead and removes what it left. Every run begins and ends with that.
//  3. A sync is finished if the worker ended well and the file it wrote holds a sealed sync. The exit code alone is
//     worth nothing, since the SDK has more than one way to exit 0 in the middle.
//  4. Nothing of an unfinished sync is worth keeping, so an interrupt kills the worker and its connector at once.
//     Worker and connector share a process group of their own: one signal reaches both, and Ctrl-C at a terminal
//     reaches the supervisor alone.
//  5. The worker's standard input is a pipe held by the supervisor. When it closes the supervisor is dead, and the
//     worker ends its group.
//
// All other jobs and all subcommands go to the SDK. The other jobs only lose the race of hold.go.
package process

import (
	"context"
	"fmt"

	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/config"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/connectorrunner"
	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/conductorone/baton-sdk/pkg/types"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector"
)

// Run is what main calls in place of the SDK's config.RunConnector. It takes the same arguments and returns after
// success; a failure is told in one sentence on standard error and ends the process with the SDK's exit code, which is
// the number of the gRPC code. An interrupted one-shot sync exits with 128 and the number of the signal.
func Run[T field.Configurable](
	ctx context.Context,
	name, version string,
	schema field.Configuration,
	cf cli.NewConnector[T],
	options ...connectorrunner.Option,
) {
	cmd, err := command(ctx, name, schema, cf, options...)
	if err == nil {
		cmd.Version = version
		err = cmd.Execute()
	}
	finish(name, err)
}

// command is the SDK's command line with the one-shot sync under supervision. DefineConfigurationV2 is marked
// deprecated in favour of RunConnector, which calls it and leaves no room between itself and the process.
func command[T field.Configurable](
	ctx context.Context,
	name string,
	schema field.Configuration,
	cf cli.NewConnector[T],
	options ...connectorrunner.Option,
) (*cobra.Command, error) {
	p := &program{ctx: ctx, name: name}
	v, cmd, err := config.DefineConfigurationV2(ctx, name, connectorFunc(p, cf), schema, options...)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	p.settings, p.sdk = v, cmd.RunE
	cmd.RunE = p.main
	return cmd, nil
}

// connectorFunc builds the connector as RunConnector does, and tells it of the end of each sync.
func connectorFunc[T field.Configurable](p *program, cf cli.NewConnector[T]) cli.GetConnectorFunc2[T] {
	return func(ctx context.Context, cfg T, o cli.RunTimeOpts) (types.ConnectorServer, error) {
		if p.oneShot {
			holdExit(ctx)
		}
		builder, opts, err := cf(ctx, cfg, &cli.ConnectorOpts{
			TokenSource:         o.TokenSource,
			SelectedAuthMethod:  o.SelectedAuthMethod,
			SyncResourceTypeIDs: o.SyncResourceTypeIDs,
			EgressPolicy:        o.EgressPolicy,
		})
		if err != nil {
			return nil, err
		}
		opts = append(opts, connectorbuilder.WithSessionStore(o.SessionStore))
		return connector.NewServer(ctx, builder, opts...)
	}
}

// program is the main command between the command line and the SDK.
type program struct {
	ctx      context.Context //nolint:containedctx // the SDK's commands keep theirs the same way
	name     string
	settings *viper.Viper
	sdk      func(*cobra.Command, []string) error
	oneShot  bool // whether this process does one job and ends, known when main has begun
}

// main takes the place of the SDK's main command. The command line of a sync runs twice: first as the supervisor, then,
// told by its environment, as the worker.
func (p *program) main(cmd *cobra.Command, args []string) error {
	if err := p.settings.BindPFlags(cmd.Flags()); err != nil {
		return fmt.Errorf("read the flags: %w", err)
	}
	p.oneShot = !isServiceMode(p.settings)
	if !isOneShotSync(p.settings) {
		if err := mayWrite(p.settings); err != nil {
			return err
		}
		return p.sdk(cmd, args)
	}
	j, isWorker, err := jobFromEnvironment()
	if err != nil {
		return err
	}
	if !isWorker {
		return supervise(p.ctx, p.name, p.settings)
	}
	return j.work(p.name, p.settings, func() error { return p.sdk(cmd, args) })
}
