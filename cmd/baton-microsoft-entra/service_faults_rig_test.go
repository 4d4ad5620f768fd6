//go:build unix

package main_test

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// shortLease has a task that was lost handed out again soon. It is longer than the second between two heartbeats.
const shortLease = 2 * time.Second

// hurdle is a gate at the first request whose line of traffic holds a text. The tenant has acted by then, and not answered.
type hurdle struct {
	*gate
	text []byte
}

func newHurdle(t *testing.T, text string) hurdle { return hurdle{newGate(t, 1), []byte(text)} }

// Write notes a request and stands at the one that is meant.
func (h hurdle) Write(request []byte) (int, error) {
	if !bytes.Contains(request, h.text) {
		return len(request), nil
	}
	return h.gate.Write(request)
}

// wait returns when the tenant stands at the gate.
func (g *gate) wait(t *testing.T) {
	t.Helper()
	select {
	case <-g.reached:
	case <-time.After(patience / 2):
		t.Fatal("the request at the gate has not come")
	}
}

// movable is a clock that is moved by hand.
type movable struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now is the machine's time and how far the clock is ahead of it.
func (c *movable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// set says how far it is ahead.
func (c *movable) set(ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = ahead
}

// until waits for something to come about.
func (s *service) until(what string, is func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience / 2); !is(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// answered counts the calls of a method that ConductorOne answered with a code.
func (s *service) answered(method string, code codes.Code) (n int) {
	for _, call := range s.c1.History() {
		if call.Method == method && call.Code == code {
			n++
		}
	}
	return n
}

// polls waits until the process asks for tasks, and is answered.
func (s *service) polls() {
	s.t.Helper()
	asked := func() int { return s.answered("GetTask", codes.OK) + s.answered("GetTasks", codes.OK) }
	before := asked()
	s.until("it asks for tasks", func() bool { return asked() > before })
}

// stop sends a signal and waits for the end, without a judgement.
func (s *service) stop(signal syscall.Signal) *ended {
	s.t.Helper()
	r := s.process
	s.process = nil
	send(s.t, r, signal, false)
	return r.wait(s.t)
}

// signIns counts how often the tenant was asked for a token.
func signIns(sim *graphsim.Server) (n int) {
	for _, r := range sim.History() {
		if strings.HasSuffix(r.Path, "/oauth2/v2.0/token") {
			n++
		}
	}
	return n
}

// newGroup adds a group that anybody can be made a member of.
func newGroup(t *testing.T, sim *graphsim.Server) string {
	t.Helper()
	id, err := sim.Tenant().AddGroup(map[string]any{"displayName": "Made here", "mailNickname": "made", "mailEnabled": false, "securityEnabled": true})
	must(t, err)
	return id
}

// membershipOf is the task that makes a user a member.
func membershipOf(group, user string) conductoronesim.Task {
	return conductoronesim.Grant(membersOf(group), v2.Resource_builder{Id: userNamed(user)}.Build())
}

// noMembershipOf is the task that takes the membership away.
func noMembershipOf(group, user string) conductoronesim.Task {
	return conductoronesim.Revoke(v2.Grant_builder{Id: "group:" + group + ":members:user:" + user, Entitlement: membersOf(group),
		Principal: v2.Resource_builder{Id: userNamed(user)}.Build()}.Build())
}

func membersOf(group string) *v2.Entitlement {
	return v2.Entitlement_builder{Id: "group:" + group + ":members", Slug: "members", Resource: v2.Resource_builder{
		Id: v2.ResourceId_builder{ResourceType: "group", Resource: group}.Build()}.Build()}.Build()
}

// knocks counts the connections that come to an address where nobody is at home: each is closed at once.
type knocks struct {
	listener net.Listener
	mu       sync.Mutex
	at       []time.Time
}

func listenFor(t *testing.T, address string) *knocks {
	t.Helper()
	l, err := net.Listen("tcp", address)
	must(t, err)
	k := &knocks{listener: l}
	t.Cleanup(k.close)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			k.mu.Lock()
			k.at = append(k.at, time.Now())
			k.mu.Unlock()
			_ = conn.Close()
		}
	}()
	return k
}

func (k *knocks) close() { _ = k.listener.Close() }

func (k *knocks) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.at)
}
