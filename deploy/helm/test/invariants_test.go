package chart_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestPod_HasNoRightsBeyondItsWork(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		pod, container := r.pod(), r.container()
		if len(pod.Containers) != 1 || len(pod.InitContainers) != 0 || pod.HostNetwork || pod.HostPID || pod.HostIPC {
			t.Error("more than one container, or a namespace of the host's")
		}
		if pod.SecurityContext.RunAsNonRoot == nil || !*pod.SecurityContext.RunAsNonRoot {
			t.Error("runs as root if the image does")
		}
		if profile := pod.SecurityContext.SeccompProfile; profile == nil || profile.Type != core.SeccompProfileTypeRuntimeDefault {
			t.Errorf("seccomp profile %v", profile)
		}
		for name, id := range map[string]*int64{"runAsUser": pod.SecurityContext.RunAsUser, "runAsGroup": pod.SecurityContext.RunAsGroup, "fsGroup": pod.SecurityContext.FSGroup} {
			if id != nil && *id < 1000 {
				t.Errorf("%s is %d", name, *id)
			}
		}
		own := container.SecurityContext
		if own.ReadOnlyRootFilesystem == nil || !*own.ReadOnlyRootFilesystem || own.AllowPrivilegeEscalation == nil || *own.AllowPrivilegeEscalation {
			t.Error("the root file system can be written to, or rights can grow")
		}
		if own.Privileged != nil || own.Capabilities == nil || !slices.Equal(own.Capabilities.Drop, []core.Capability{"ALL"}) || len(own.Capabilities.Add) != 0 {
			t.Errorf("capabilities %+v", own.Capabilities)
		}
		if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
			t.Error("the pod has a token of the cluster's API")
		}
		if pod.EnableServiceLinks == nil || *pod.EnableServiceLinks {
			t.Error("a Service can set variables of the connector")
		}
		if len(container.Ports) != 0 {
			t.Errorf("ports %v, though nothing comes in", container.Ports)
		}
	})
}

func TestPod_UsersAreTheImagesOrTheClusters(t *testing.T) {
	t.Parallel()
	context := renderFile(t, "defaults").pod().SecurityContext
	for name, id := range map[string]*int64{"runAsUser": context.RunAsUser, "runAsGroup": context.RunAsGroup, "fsGroup": context.FSGroup} {
		if id == nil || *id != 65532 {
			t.Errorf("%s is %v", name, id)
		}
	}
	context = renderFile(t, "openshift").pod().SecurityContext
	if context.RunAsUser != nil || context.RunAsGroup != nil || context.FSGroup != nil {
		t.Errorf("the chart insists on an id: %+v", context)
	}
}

func TestPod_EveryMountHasItsVolumeAndEveryVolumeItsMount(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		volumes, mounts, paths := map[string]int{}, map[string]int{}, map[string]int{}
		for _, v := range r.pod().Volumes {
			volumes[v.Name]++
			if sources := sourcesOf(v.VolumeSource); sources != 1 {
				t.Errorf("volume %s has %d sources", v.Name, sources)
			}
		}
		for _, m := range r.container().VolumeMounts {
			mounts[m.Name]++
			paths[m.MountPath]++
		}
		if !maps.Equal(volumes, mounts) {
			t.Errorf("volumes %v, mounts %v", volumes, mounts)
		}
		for path, times := range paths {
			if times != 1 {
				t.Errorf("%s is mounted %d times", path, times)
			}
		}
	})
}

// sourcesOf counts the sources of a volume, of which Kubernetes takes exactly one.
func sourcesOf(v core.VolumeSource) int {
	set := 0
	for _, field := range reflect.ValueOf(v).Fields() {
		if !field.IsNil() {
			set++
		}
	}
	return set
}

func TestPod_OnePlaceCanBeWrittenTo(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		work := r.container().WorkingDir
		at := slices.IndexFunc(r.container().VolumeMounts, func(m core.VolumeMount) bool { return m.MountPath == work })
		if at < 0 || r.container().VolumeMounts[at].ReadOnly {
			t.Fatalf("the working directory %q is not writable", work)
		}
		name := r.container().VolumeMounts[at].Name
		for _, v := range r.pod().Volumes {
			if v.Name == name && (v.EmptyDir == nil || v.EmptyDir.SizeLimit == nil || v.EmptyDir.Medium != core.StorageMediumDefault) {
				t.Errorf("the working directory is %+v", v.VolumeSource)
			}
		}
		for _, variable := range []string{"TMPDIR", "BATON_C1Z_TEMP_DIR"} {
			if got := r.variables()[variable]; got != work {
				t.Errorf("%s is %q and the working directory %q", variable, got, work)
			}
		}
		for _, m := range r.container().VolumeMounts {
			if m.MountPath != work && m.MountPath != "/extra" && !m.ReadOnly {
				t.Errorf("%s can be written to", m.MountPath)
			}
		}
	})
}

func TestObjects_BelongTogether(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		name, selector := r.deployment.Name, r.deployment.Spec.Selector.MatchLabels
		labels := r.deployment.Spec.Template.Labels
		for key, value := range selector {
			if labels[key] != value {
				t.Errorf("the selector wants %s=%s, the pod has %q", key, value, labels[key])
			}
		}
		if len(selector) != 2 || selector["app.kubernetes.io/instance"] != release {
			t.Errorf("selector %v", selector)
		}
		if p := r.networkPolicy; p != nil && (p.Name != name || p.Namespace != namespace || !maps.Equal(p.Spec.PodSelector.MatchLabels, selector)) {
			t.Errorf("the network policy %s/%s is of %v", p.Namespace, p.Name, p.Spec.PodSelector)
		}
		if b := r.budget; b != nil && (b.Name != name || b.Namespace != namespace || !maps.Equal(b.Spec.Selector.MatchLabels, selector)) {
			t.Errorf("the budget %s/%s is of %v", b.Namespace, b.Name, b.Spec.Selector)
		}
		if a := r.serviceAccount; a != nil && (a.Namespace != namespace || a.Name != r.pod().ServiceAccountName) {
			t.Errorf("the pod is %q, the account %s/%s", r.pod().ServiceAccountName, a.Namespace, a.Name)
		}
		if r.deployment.Namespace != namespace {
			t.Errorf("namespace %q", r.deployment.Namespace)
		}
	})
}

func TestResources_HaveALimitOfMemoryAndRequests(t *testing.T) {
	t.Parallel()
	of := renderFile(t, "defaults").container().Resources
	if of.Requests.Cpu().IsZero() || of.Requests.Memory().IsZero() || of.Limits.Memory().Cmp(*of.Requests.Memory()) < 0 {
		t.Errorf("resources %+v", of)
	}
	if _, limited := of.Limits[core.ResourceCPU]; limited {
		t.Error("the processor is limited")
	}
	of = renderFile(t, "everything").container().Resources
	if got := of.Limits.Memory(); got.Cmp(resource.MustParse("4Gi")) != 0 {
		t.Errorf("a limit of %v, where the values say 4Gi", got)
	}
	if of := renderFile(t, "nothing-optional").container().Resources; len(of.Limits)+len(of.Requests) != 0 {
		t.Errorf("resources null leaves %+v", of)
	}
}

func TestImage_IsThatOfTheConnector(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"defaults": {"ghcr.io/conductorone/baton-microsoft-entra:dev", "/baton-microsoft-entra"},
		"onelogin": {"ghcr.io/conductorone/baton-onelogin:dev", "/baton-onelogin"},
		"everything": {"registry.example.com/mirror/identity/entra@sha256:" +
			strings.Repeat("0123456789abcdef", 4), "/baton-microsoft-entra"},
	} {
		c := renderFile(t, name).container()
		if c.Image != want[0] || !slices.Equal(c.Command, []string{want[1]}) || len(c.Args) != 0 {
			t.Errorf("%s: %s runs %v %v, want %v", name, c.Image, c.Command, c.Args, want)
		}
	}
	if got := render(t, "image: {tag: 1.2.3}").container().Image; got != "ghcr.io/conductorone/baton-microsoft-entra:1.2.3" {
		t.Error(got)
	}
}
