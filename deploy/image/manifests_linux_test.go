package image

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// servesFromTheManifests runs the image as the Deployment says.
func servesFromTheManifests(t *testing.T, p program, image *built) {
	_, d := manifests(t, p)
	pod := d.Spec.Template.Spec
	work := volume(t)
	serves(t, p, image, container{
		readOnly: pod.Containers[0].SecurityContext.ReadOnlyRootFilesystem,
		volumes:  map[string]string{string(pod.Containers[0].VolumeMounts[0].MountPath): work},
	}, work)
}

// servesWithoutContext runs it as a Deployment does that has nothing but the variables.
func servesWithoutContext(t *testing.T, p program, image *built) {
	layer := *image
	layer.root = t.TempDir()
	if err := copyTree(image.root, layer.root, false); err != nil {
		t.Fatal(err)
	}
	serves(t, p, &layer, container{}, filepath.Join(layer.root, "work"))
}

// serves starts a container with exactly the variables of the manifests, their values those of a simulated directory and
// of a simulated ConductorOne, has it say hello and finish a sync, and stops it as Kubernetes does.
func serves(t *testing.T, of program, image *built, c container, work string) {
	t.Helper()
	tenant, service := of.start(t), conductoronesim.Start(t, conductoronesim.Options{})
	trust(t, work, tenant.CertificatePEM(), service.CertificatePEM())
	c.env = variables(t, of, tenant.Env("/work/ca.pem"), service.Environment())
	p := image.start(t, c)
	task := service.Hand(conductoronesim.FullSync(conductoronesim.SyncOptions{}))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	result, err := service.Await(ctx, task)
	if err != nil || result.Status != codes.OK || len(result.Uploads) != 1 {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		_, said := p.wait()
		t.Fatalf("the sync: %+v, %v; the container says\n%s", result, err, said)
	}
	calls := slices.DeleteFunc(service.History(), func(c conductoronesim.Call) bool { return c.Method == "token" })
	if calls[0].Method != "Hello" || calls[0].HostID != of.name {
		t.Errorf("the first call is %+v, want a Hello of %s", calls[0], of.name)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	p.wantExit(0)
	if took := time.Since(began); took > 25*time.Second {
		t.Errorf("it took %v to stop, and Kubernetes waits for 30 s", took)
	}
	if left := filesIn(t, work); !slices.Equal(left, []string{"ca.pem"}) {
		t.Errorf("it leaves %q in /work", left)
	}
	if objections := service.Violations(); len(objections) > 0 {
		t.Error(strings.Join(objections, "\n"))
	}
}

// variables are those of the manifests, and those beside them that lead to the simulators.
func variables(t *testing.T, p program, tenant map[string]string, service []string) map[string]string {
	t.Helper()
	values := maps.Clone(tenant)
	for _, v := range service {
		name, value, _ := strings.Cut(v, "=")
		values[name] = value
	}
	s, d := manifests(t, p)
	env := map[string]string{}
	for name, value := range s.StringData {
		env[string(name)] = string(value)
	}
	for _, v := range d.Spec.Template.Spec.Containers[0].Env {
		env[string(v.Name)] = string(v.Value)
	}
	for name, value := range values {
		if given, ok := env[name]; ok && !strings.HasPrefix(given, "<") {
			t.Errorf("%s is %q in the manifest, where a placeholder is wanted", name, given)
		}
		env[name] = value
	}
	for name, value := range env {
		if strings.HasPrefix(value, "<") {
			t.Errorf("nothing gives %s a value", name)
		}
	}
	return env
}
