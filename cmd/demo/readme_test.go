package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// fence is a block of commands in the README.
var fence = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestReadme_CommandsDoWhatTheySay goes through every command of the README: what can run here runs,
// against a simulated tenant or account; a make target must exist (the targets themselves run in CI); a variable
// must be one of a connector's; what is for Docker, Kubernetes and systemd takes files that are there. A command of a kind that
// this test does not know fails it.
//
// The commands of one connector run one after the other, beside those of the other.
func TestReadme_CommandsDoWhatTheySay(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const entra, onelogin = "bin/baton-microsoft-entra", "bin/baton-onelogin"
	commands := map[string][]string{}
	for _, block := range fence.FindAllSubmatch(readme, -1) {
		for line := range strings.Lines(string(block[1])) {
			switch line = strings.TrimSpace(line); {
			case line == "":
			case strings.HasPrefix(line, onelogin+" "):
				commands[onelogin] = append(commands[onelogin], line)
			default:
				commands[entra] = append(commands[entra], line)
			}
		}
	}
	for program, stage := range map[string]func(*testing.T) *readmeStage{entra: newTenantStage, onelogin: newAccountStage} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			if len(commands[program]) < 5 {
				t.Fatalf("only %d commands were found: the test does not see the README", len(commands[program]))
			}
			s := stage(t)
			for _, line := range commands[program] {
				s.check(t, line)
			}
		})
	}
}

// readmeStage is a folder with a connector in bin/ and a directory to talk to.
type readmeStage struct {
	folder string
	env    []string
	ids    *strings.Replacer // of the objects that the README leaves open
}

// newReadmeStage puts a connector into a folder.
func newReadmeStage(t *testing.T, program string) *readmeStage {
	t.Helper()
	s := &readmeStage{folder: t.TempDir()}
	bin := filepath.Join(s.folder, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(builtConnector(t, program), filepath.Join(bin, program)); err != nil {
		t.Fatal(err)
	}
	return s
}

// directory is a simulated one.
type directory interface {
	Env(caFile string) map[string]string
	CertificatePEM() []byte
}

// leadTo sets the variables that lead the connector to a directory.
func (s *readmeStage) leadTo(t *testing.T, sim directory) {
	t.Helper()
	ca := filepath.Join(s.folder, "ca.pem")
	if err := os.WriteFile(ca, sim.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.folder}
	for name, value := range sim.Env(ca) {
		s.env = append(s.env, name+"="+value)
	}
}

func newTenantStage(t *testing.T) *readmeStage {
	t.Helper()
	s := newReadmeStage(t, "baton-microsoft-entra")
	sim, err := graphsim.New(graphsim.Options{Seed: 3, DirectoryRoles: []string{"Privileged Authentication Administrator"},
		Permissions: append(graphsim.EveryReadPermission(), graphsim.WritePermissions()...)})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	s.leadTo(t, sim)
	s.ids = strings.NewReplacer("<group id>", groupOf(t, sim.Census()), "<user id>", userOf(t, sim))
	return s
}

// groupOf is a group that people are put into by hand.
func groupOf(t *testing.T, c *graphsim.Census) string {
	t.Helper()
	for _, g := range c.Groups {
		kinds, _ := g.Get("groupTypes").([]string)
		if g.Get("securityEnabled") == true && g.Get("mailEnabled") != true && g.Get("onPremisesSyncEnabled") != true &&
			g.Get("isAssignableToRole") != true && g.Get("isManagementRestricted") != true && len(kinds) == 0 && len(g.Members) < 20 {
			return g.ID()
		}
	}
	t.Fatal("there is no such group")
	return ""
}

// userOf is somebody from the cloud without rights over others.
func userOf(t *testing.T, sim *graphsim.Server) string {
	t.Helper()
	users := sim.Census().Users
	for i := len(users) - 1; i >= 0; i-- {
		u := users[i]
		if u.Get("onPremisesSyncEnabled") != true && u.Text("userType") == "Member" && !sim.Tenant().Administrator(u.ID()) {
			return u.ID()
		}
	}
	t.Fatal("there is no such user")
	return ""
}

// shellWords splits a command as a shell does where nothing but single quotes is special.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

func (s *readmeStage) check(t *testing.T, line string) {
	t.Helper()
	words := shellWords(line)
	switch {
	case words[0] == "make":
		s.makeTarget(t, words[1])
	case line == "bin/baton-microsoft-entra":
		s.service(t, line)
	case words[0] == "bin/baton-microsoft-entra" || words[0] == "bin/baton-onelogin":
		s.connector(t, shellWords(s.ids.Replace(line)))
	case words[0] == "export":
		name, _, _ := strings.Cut(words[1], "=")
		if name == "SSL_CERT_DIR" {
			s.trustsAFolder(t)
		} else if !isVariable(name) {
			t.Errorf("%q: no connector has a variable %s", line, name)
		}
	case slices.Contains([]string{"docker", "kubectl", "sudo"}, words[0]):
		filesAreThere(t, words)
	case line == ". bin/tenant.env": // written by make tenant; cmd/tenant-simulator sources one in its own test
	default:
		t.Errorf("%q: no test knows this kind of command", line)
	}
}

// trustsAFolder runs the connector with its tenant's certificate authority in a folder beside the system's.
func (s *readmeStage) trustsAFolder(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Log("Go reads SSL_CERT_DIR on Linux and its like; here it was not tried")
		return
	}
	folder := filepath.Join(s.folder, "company-ca")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(s.folder, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	other := &readmeStage{folder: s.folder, ids: s.ids, env: []string{"SSL_CERT_DIR=" + folder + ":/etc/ssl/certs"}}
	for _, v := range s.env {
		if !strings.HasPrefix(v, "SSL_CERT_FILE=") {
			other.env = append(other.env, v)
		}
	}
	other.connector(t, []string{"bin/baton-microsoft-entra", "--file", "trusted.c1z", "--sync-resource-types", "role"})
}

func (s *readmeStage) makeTarget(t *testing.T, target string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "make", "-n", "-C", "../..", target)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("make %s: %v\n%s", target, err, out)
	}
}

func (s *readmeStage) connector(t *testing.T, words []string) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(s.folder, words[0]), words[1:]...)
	cmd.Dir, cmd.Env = s.folder, s.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Errorf("%s: %v\n%s", strings.Join(words, " "), err, stderr.Bytes())
		return
	}
	for i, w := range words[:len(words)-1] {
		if w != "--file" {
			continue
		}
		if info, err := os.Stat(filepath.Join(s.folder, words[i+1])); err != nil || info.Size() == 0 {
			t.Errorf("%s: no file: %v", strings.Join(words, " "), err)
		}
	}
}

// service runs the connector as the variables of the README make it run: as a service, until SIGTERM.
func (s *readmeStage) service(t *testing.T, program string) {
	t.Helper()
	control := conductoronesim.Start(t, conductoronesim.Options{})
	ca := filepath.Join(s.folder, "both.pem")
	tenants, err := os.ReadFile(filepath.Join(s.folder, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ca, append(tenants, control.CertificatePEM()...), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(s.folder, program))
	cmd.Dir, cmd.Env = s.folder, append(slices.Clone(s.env), append(control.Environment(), "SSL_CERT_FILE="+ca, "BATON_PROVISIONING=true")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	result, err := control.Await(t.Context(), control.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{})))
	if err != nil || result.Status != codes.OK || len(result.Uploads) != 1 || control.Status() != "Connected" {
		t.Errorf("%s: %+v, %v, status %s", program, result, err, control.Status())
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v\n%s", program, err, stderr.Bytes())
	}
}

func isVariable(name string) bool {
	for _, f := range everySetting() {
		if name == variableOf(f) {
			return true
		}
	}
	return false
}
