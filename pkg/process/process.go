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
// The other jobs of the command line, and the service that ConductorOne hands its tasks to, run in this process:
//
//	main                owns a directory for working data and listens for signals (attend.go)
//	└─ the SDK          in a goroutine of the same process, on a context that main cancels
//	   └─ connector     the SDK's own child, which ends with its parent and by no signal but SIGKILL
//
// Everything that ends such a run goes through main, which removes the directory and has the last word. Subcommands go
// to the SDK as they are.
package process

import (
	"context"
	"fmt"
	"os/signal"

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
// the number of the gRPC code. An interrupted one-shot job exits with 128 and the number of the signal; a service that
// is told to stop exits with 0.
func Run[T field.Configurable](
	ctx context.Context,
	name, version string,
	schema field.Configuration,
	cf cli.NewConnector[T],
	options ...connectorrunner.Option,
) {
	p := &program{ctx: ctx, name: name, version: version}
	p.define = func(ctx context.Context) (*viper.Viper, *cobra.Command, error) {
		return define(ctx, name, schema, connectorFunc(p, cf), options...)
	}
	p.files = fileSettings(schema)
	cmd, err := p.command()
	if err == nil {
		err = cmd.Execute()
	}
	finish(name, err)
}

// define is the SDK's command line, bound to a context. DefineConfigurationV2 is marked deprecated in favour of
// RunConnector, which calls it and leaves no room between itself and the process.
func define[T field.Configurable](
	ctx context.Context,
	name string,
	schema field.Configuration,
	connector cli.GetConnectorFunc2[T],
	options ...connectorrunner.Option,
) (*viper.Viper, *cobra.Command, error) {
	v, cmd, err := config.DefineConfigurationV2(ctx, name, connector, schema, options...)
	if err != nil {
		return nil, nil, fmt.Errorf("read the settings: %w", err)
	}
	if err := setDefaults(cmd); err != nil {
		return nil, nil, err
	}
	return v, cmd, nil
}

// connectorFunc builds the connector as RunConnector does, and tells it of the end of each sync.
func connectorFunc[T field.Configurable](p *program, cf cli.NewConnector[T]) cli.GetConnectorFunc2[T] {
	return func(ctx context.Context, cfg T, o cli.RunTimeOpts) (types.ConnectorServer, error) {
		p.hold.hold(ctx)
		joinLogs(ctx)
		builder, opts, err := cf(ctx, cfg, &cli.ConnectorOpts{
			TokenSource:         o.TokenSource,
			SelectedAuthMethod:  o.SelectedAuthMethod,
			SyncResourceTypeIDs: o.SyncResourceTypeIDs,
			EgressPolicy:        o.EgressPolicy,
		})
		if err != nil {
			return nil, err
		}
		opts = append(opts, connectorbuilder.WithSessionStore(connector.NewKeptNotes(o.SessionStore)))
		server, err := connector.NewServerTelling(ctx, telling(), builder, opts...)
		if err != nil || p.service == nil {
			return server, err
		}
		return server, p.service.begin(ctx)
	}
}

// program is the main command between the command line and the SDK.
type program struct {
	ctx           context.Context //nolint:containedctx // the SDK's commands keep theirs the same way
	name, version string
	define        func(context.Context) (*viper.Viper, *cobra.Command, error)
	files         []string // the connector's settings that name a file
	settings      *viper.Viper
	hold          *holdingCore // what the SDK may not do by itself in this process, known when main has begun
	service       *service     // nil if this process is none
}

// command is the SDK's command line with main in the place of its main command.
func (p *program) command() (*cobra.Command, error) {
	v, cmd, err := p.define(p.ctx)
	if err != nil {
		return nil, err
	}
	sdk := cmd.RunE
	p.settings, cmd.Version = v, p.version
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error { // ahead of the SDK's own checks of flags
		if err := v.BindPFlags(cmd.Flags()); err != nil {
			return fmt.Errorf("read the flags: %w", err)
		}
		return checkSettings(v, cmd.Flags())
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.main(func() error { return sdk(cmd, args) })
	}
	for _, sub := range cmd.Commands() {
		if sub.Name() == connectorCommand {
			sub.PreRun = func(*cobra.Command, []string) {
				signal.Ignore(stopSignals()...)
				limitMemory()
			}
		}
	}
	return cmd, nil
}

// main takes the place of the SDK's main command. The command line of a sync runs twice: first as the supervisor, then,
// told by its environment, as the worker.
func (p *program) main(sdk func() error) error {
	if isServiceMode(p.settings) {
		return p.serve()
	}
	if !isOneShotSync(p.settings) {
		return p.doJob()
	}
	j, isWorker, err := jobFromEnvironment()
	if err != nil {
		return err
	}
	if !isWorker {
		return supervise(p.ctx, p.name, p.settings)
	}
	p.hold = &holdingCore{}
	return j.work(p.name, p.settings, sdk)
}

// runSDK runs the SDK's main command with working data in dir. It takes a command line of its own each time, since the
// SDK binds one to its context.
func (p *program) runSDK(ctx context.Context, dir string) error {
	v, cmd, err := p.define(ctx)
	if err != nil {
		return err
	}
	v.Set(tempDirFlag, dir)
	return cmd.ExecuteContext(ctx)
}
