package process

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/grpc-ecosystem/go-grpc-middleware/logging/zap/ctxzap"
	"go.uber.org/zap"
)

// servicePrefix is how a service's directory in the temporary directory begins. It holds what the SDK spools: the rows
// of a sync, and the file to upload.
const servicePrefix = "baton-service-"

// service is the process that asks ConductorOne for tasks until it is told to stop.
type service struct {
	program *program
	swept   int
	began   time.Time
	backoff *backoff
	token   func(context.Context) (tokenCheck, error)
	log     atomic.Pointer[zap.Logger] // the SDK's, once it has made one
}

// serve runs the service. It returns nil when a signal ended it, and an error that trying again would not mend.
func (p *program) serve() error {
	a := newAttendance(grace).listen() // first of all: to process 1 of a container a signal is nothing until then
	dir, swept, err := workingDir(p.settings, servicePrefix)
	if err != nil {
		return err
	}
	defer a.clear(dir)
	a.hold.counts = true
	a.belated = settle // a service does not end by itself
	p.hold = a.hold
	s := &service{program: p, swept: swept, began: time.Now(), backoff: newBackoff()}
	s.token = func(ctx context.Context) (tokenCheck, error) {
		return newTokenCheck(ctx, p.settings.GetString(clientIDFlag), p.settings.GetString(clientSecretFlag))
	}
	p.service = s
	err = a.attend(p.ctx, func(ctx context.Context) error { return s.starts(ctx, dir.path) })
	s.tellEnd(err)
	return ended(err, nil)
}

// starts runs the SDK, again and again for as long as ConductorOne is away when it starts: the SDK gives up then, while
// it bears an absence later on.
func (s *service) starts(ctx context.Context, dir string) error {
	for {
		err := s.start(ctx, dir)
		if err == nil || ctx.Err() != nil || !isAway(err) {
			return refusal(err, s.host())
		}
		if err := s.wait(ctx, err); err != nil {
			return err
		}
	}
}

// start is one run of the SDK with all that it leaves in the background on a context of its own.
func (s *service) start(ctx context.Context, dir string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return s.program.runSDK(ctx, dir)
}

// begin is called when the settings have proved right, and before the SDK starts the connector. It returns when
// ConductorOne has given a token, or with an error that trying again would not mend.
func (s *service) begin(ctx context.Context) error {
	log := ctxzap.Extract(ctx)
	if s.log.Swap(log) == nil { // the first start
		s.tellStart(log)
	}
	go newWatch(s.program.settings, s.program.files).run(ctx, log)
	check, err := s.token(ctx)
	if err != nil {
		return err
	}
	for {
		err := check.ask(ctx)
		if err == nil || ctx.Err() != nil || !isAway(err) {
			return refusal(err, s.host())
		}
		if err := s.wait(ctx, err); err != nil {
			return err
		}
	}
}

// wait lets some time go by after an attempt that failed, and says so.
func (s *service) wait(ctx context.Context, failed error) error {
	pause := s.backoff.next()
	s.log.Load().Warn("ConductorOne cannot be reached; it is tried again",
		zap.String("host", s.host()), zap.Int("attempt", s.backoff.attempts), zap.Duration("wait", pause.Round(time.Millisecond)),
		zap.String("reason", sentence(s.program.name, failed)))
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *service) tellStart(log *zap.Logger) {
	v := s.program.settings
	if s.swept > 0 {
		log.Info("removed what earlier runs left in the temporary directory", zap.Int("directories", s.swept))
	}
	log.Info("service starts",
		zap.String("name", s.program.name), zap.String("version", s.program.version),
		zap.String("host_id", hostID()), zap.String("conductorone", s.host()),
		zap.Int(field.TaskConcurrencyField.FieldName, v.GetInt(field.TaskConcurrencyField.FieldName)),
		zap.Int(workersFlag, v.GetInt(workersFlag)), zap.Bool(provisioningFlag, v.GetBool(provisioningFlag)))
}

// tellEnd logs why the service ends. Before the SDK has made its logger there was nothing that ends.
func (s *service) tellEnd(why error) {
	log := s.log.Load()
	if log == nil {
		return
	}
	reason := "the SDK ended"
	if why != nil {
		reason = sentence(s.program.name, why)
	}
	log.Info("service stopped", zap.String("reason", reason), zap.Duration("after", time.Since(s.began).Round(time.Millisecond)))
}

// host is where ConductorOne is, as the SDK finds it.
func (s *service) host() string {
	if host, ok := os.LookupEnv(c1HostVariable); ok {
		return host
	}
	return clientHost(s.program.settings.GetString(clientIDFlag))
}

// hostID is what ConductorOne tells replicas apart by, as the SDK finds it.
func hostID() string {
	id, err := os.Hostname()
	if env, ok := os.LookupEnv(hostIDVariable); ok {
		id, err = env, nil
	}
	if err != nil || id == "" {
		return "baton-sdk"
	}
	return id
}
