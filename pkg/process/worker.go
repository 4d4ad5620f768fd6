package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/spf13/viper"
)

// jobVariable tells a process that it is the worker, and of which run.
const jobVariable = "BATON_ONE_SHOT_JOB"

// Names inside the two directories of a run.
const (
	c1zName     = "sync.c1z" // beside the target
	failureName = "failure"  // in the temporary directory
)

// job is what a worker is told: the two directories of its run.
type job struct {
	Partial string `json:"partial"`
	Temp    string `json:"temp"`
}

// failure is what a worker says of an error. The exit code is part of it because rule 3 of the package holds for
// failures too.
type failure struct {
	Code     int    `json:"code"`
	Sentence string `json:"sentence"`
}

// jobFromEnvironment takes the job out of the environment, where the connector must not find it.
func jobFromEnvironment() (j job, isWorker bool, err error) {
	text, isWorker := os.LookupEnv(jobVariable)
	if !isWorker {
		return job{}, false, nil
	}
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return job{}, true, fmt.Errorf("read %s: %w", jobVariable, err)
	}
	return j, true, os.Unsetenv(jobVariable)
}

// environment is that of a worker. The SDK keeps some of its working files in the system's temporary directory
// whatever --c1z-temp-dir says, so all spellings of it lead to the run's own.
func (j job) environment() ([]string, error) {
	text, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("describe the job of the worker: %w", err)
	}
	env := append(os.Environ(), jobVariable+"="+string(text))
	for _, name := range tempVariables() {
		env = append(env, name+"="+j.Temp)
	}
	return env, nil
}

// work runs the SDK's sync into the run's directories.
func (j job) work(name string, v *viper.Viper, sync func() error) error {
	go endWithSupervisor(os.Stdin)
	endOnSignal()
	partial, errPartial := joinRunDir(j.Partial, 0)
	temp, errTemp := joinRunDir(j.Temp, 0)
	if err := errors.Join(errPartial, errTemp); err != nil {
		return j.tell(name, fmt.Errorf("join the run of the supervisor: %w", err))
	}
	v.Set(fileFlag, filepath.Join(j.Partial, c1zName))
	v.Set(tempDirFlag, j.Temp)
	err := sync()
	runtime.KeepAlive([]*runDir{partial, temp}) // a file that is collected is closed, and its lock is gone
	return j.tell(name, err)
}

// endWithSupervisor waits for the pipe from the supervisor to close.
func endWithSupervisor(pipe io.Reader) {
	_, _ = io.Copy(io.Discard, pipe)
	killOwnGroup()
}

// endOnSignal ends the worker on a signal sent to it rather than to the supervisor, with the exit code that the SDK
// would not give.
func endOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, stopSignals()...)
	go func() { os.Exit(signalCode(<-signals)) }()
}

// tell leaves the supervisor a note of an error. It comes first thing, since the process may end at any moment.
func (j job) tell(name string, err error) error {
	if err == nil {
		return nil
	}
	f := failure{Code: exitCode(err), Sentence: sentence(name, err)}
	text, err := json.Marshal(f)
	if err == nil {
		err = os.WriteFile(filepath.Join(j.Temp, failureName), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("%s (and the supervisor could not be told: %w)", f.Sentence, err)
	}
	return &ending{code: f.Code}
}

// toldFailure reads the worker's note. One that was cut off counts as none.
func (j job) toldFailure() (failure, bool) {
	var f failure
	text, err := os.ReadFile(filepath.Join(j.Temp, failureName))
	if err != nil || json.Unmarshal(text, &f) != nil {
		return failure{}, false
	}
	return f, true
}
