package main

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// smallest is the least number of users that a tenant of the shape has.
const smallest = 100

// sized is a tenant of so many users, in the proportions of a large one: ten memberships, a fifth of a group, two
// assignments and a fiftieth of an application for each.
func sized(users int) graphsim.Options {
	return graphsim.Options{Seed: 1, Users: users, Groups: users / 5, Memberships: 10 * users, Apps: users / 50, Assignments: 2 * users}
}

// tenant is a simulated tenant behind a door that counts bytes.
type tenant struct {
	sim    *graphsim.Server
	door   *httptest.Server
	sent   atomic.Int64 // bytes to the connector, with all that TLS adds
	folder string
}

// openTenant builds a tenant, and opens its door on loopback. Its folder holds the certificate, and whatever a run leaves.
func openTenant(options graphsim.Options) (t *tenant, err error) {
	t = &tenant{}
	if t.sim, err = graphsim.New(options); err != nil {
		return nil, fmt.Errorf("build a tenant of %d users: %w", options.Users, err)
	}
	if t.folder, err = os.MkdirTemp("", "baton-bench-"); err != nil {
		return nil, fmt.Errorf("make a folder for the tenant: %w", err)
	}
	t.door = httptest.NewUnstartedServer(t.sim)
	t.door.Listener = &countingListener{Listener: t.door.Listener, sent: &t.sent}
	t.door.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.door.StartTLS()
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: t.door.Certificate().Raw})
	if err := os.WriteFile(t.authority(), block, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("write the certificate of the tenant: %w", err), t.close())
	}
	return t, nil
}

func (t *tenant) authority() string { return filepath.Join(t.folder, "ca.pem") }

// environment is what tells the connector about the tenant.
func (t *tenant) environment() []string {
	variables := t.sim.Env(t.authority())
	variables["BATON_BASE_URL"], variables["BATON_AUTHORITY_HOST"] = t.door.URL, t.door.URL
	variables["BATON_EXCHANGE_URL"] = ""
	var env []string
	for name, value := range variables {
		env = append(env, name+"="+value)
	}
	return env
}

// close ends the tenant and removes its folder.
func (t *tenant) close() error {
	t.door.CloseClientConnections()
	t.door.Close()
	return os.RemoveAll(t.folder)
}

// countingListener counts what its connections send.
type countingListener struct {
	net.Listener
	sent *atomic.Int64
}

// Accept waits for a connection, which is counted.
func (l *countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &countingConn{Conn: c, sent: l.sent}, nil
}

type countingConn struct {
	net.Conn
	sent *atomic.Int64
}

// Write sends, and counts what went out.
func (c *countingConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.sent.Add(int64(n))
	return n, err
}
