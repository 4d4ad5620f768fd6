package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/conductorone/baton-sdk/pkg/tempdir"
	"github.com/spf13/viper"
)

// doJob does a one-shot job that is no sync, in this process. Its result is on the directory's side or in the log, so
// there is no file to keep from harm, and only its working data has to be cleared away.
func (p *program) doJob() error {
	if err := mayWrite(p.settings); err != nil {
		return err
	}
	a := newAttendance(grace).listen() // first of all: to process 1 of a container a signal is nothing until then
	dir, swept, err := workingDir(p.settings, tempPrefix)
	if err != nil {
		return err
	}
	if swept > 0 {
		say(p.name, fmt.Sprintf("removed %d leftover(s) of runs that were cut off", swept))
	}
	defer a.clear(dir)
	p.hold = a.hold
	err = a.attend(p.ctx, func(ctx context.Context) error { return p.runSDK(ctx, dir.path) })
	var s *stopped
	if !errors.As(err, &s) {
		return ended(err, nil)
	}
	return ended(err, &ending{code: signalCode(s.signal), sentence: interruptedJob(p.settings)})
}

// interruptedJob says what to think of a job that a signal broke off: a write may have arrived.
func interruptedJob(v *viper.Viper) string {
	writes := append(writeJobs(), "invoke-action")
	if slices.ContainsFunc(writes, func(flag string) bool { return v.GetString(flag) != "" }) {
		return "interrupted, and whether the change was made is not known: look before you try it again"
	}
	return "interrupted"
}

// workingDir removes what dead runs left in the temporary directory, makes a directory there for this one, and points
// everything at it that asks for a temporary directory: the SDK keeps some of its working files in the system's,
// whatever --c1z-temp-dir says.
func workingDir(v *viper.Viper, prefix string) (dir *runDir, swept int, err error) {
	parent := tempdir.Resolve(v.GetString(tempDirFlag))
	swept = sweep(parent, prefix, "")
	dir, err = newRunDir(parent, prefix, "")
	if err != nil {
		return nil, 0, fmt.Errorf("cannot write to the temporary directory %s: %w", parent, plain(err))
	}
	for _, name := range tempVariables() {
		if err := os.Setenv(name, dir.path); err != nil {
			dir.remove()
			return nil, 0, fmt.Errorf("set %s: %w", name, err)
		}
	}
	return dir, swept, nil
}

// tempVariables are all spellings of the temporary directory in the environment.
func tempVariables() []string { return []string{"BATON_TMPDIR", "TMPDIR", "TMP", "TEMP"} }
