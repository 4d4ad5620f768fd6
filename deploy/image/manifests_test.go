package image

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/field"
	"go.yaml.in/yaml/v3"
)

// text is a YAML string. Kubernetes refuses a number or a truth value in its place, where YAML would take it.
type text string

// UnmarshalYAML refuses what is no string.
func (s *text) UnmarshalYAML(node *yaml.Node) error {
	if node.Tag != "!!str" {
		return &yaml.TypeError{Errors: []string{node.Value + " is no text: quote it"}}
	}
	*s = text(node.Value)
	return nil
}

type labels map[text]text

type metadata struct {
	Name   text   `yaml:"name"`
	Labels labels `yaml:"labels"`
}

// secret is a Kubernetes Secret, as far as it is used here.
type secret struct {
	APIVersion text          `yaml:"apiVersion"`
	Kind       text          `yaml:"kind"`
	Metadata   metadata      `yaml:"metadata"`
	Type       text          `yaml:"type"`
	StringData map[text]text `yaml:"stringData"`
}

// deployment is a Kubernetes Deployment, as far as it is used here.
type deployment struct {
	APIVersion text     `yaml:"apiVersion"`
	Kind       text     `yaml:"kind"`
	Metadata   metadata `yaml:"metadata"`
	Spec       struct {
		Replicas int `yaml:"replicas"`
		Strategy struct {
			Type text `yaml:"type"`
		} `yaml:"strategy"`
		Selector struct {
			MatchLabels labels `yaml:"matchLabels"`
		} `yaml:"selector"`
		Template struct {
			Metadata metadata `yaml:"metadata"`
			Spec     pod      `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

type pod struct {
	AutomountServiceAccountToken bool `yaml:"automountServiceAccountToken"`
	SecurityContext              struct {
		RunAsNonRoot   bool          `yaml:"runAsNonRoot"`
		RunAsUser      int           `yaml:"runAsUser"`
		RunAsGroup     int           `yaml:"runAsGroup"`
		FSGroup        int           `yaml:"fsGroup"`
		SeccompProfile map[text]text `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers []podContainer `yaml:"containers"`
	Volumes    []struct {
		Name     text      `yaml:"name"`
		EmptyDir *struct{} `yaml:"emptyDir"`
	} `yaml:"volumes"`
}

type podContainer struct {
	Name            text `yaml:"name"`
	Image           text `yaml:"image"`
	ImagePullPolicy text `yaml:"imagePullPolicy"`
	Env             []struct {
		Name  text `yaml:"name"`
		Value text `yaml:"value"`
	} `yaml:"env"`
	EnvFrom []struct {
		SecretRef struct {
			Name text `yaml:"name"`
		} `yaml:"secretRef"`
	} `yaml:"envFrom"`
	SecurityContext struct {
		AllowPrivilegeEscalation bool            `yaml:"allowPrivilegeEscalation"`
		ReadOnlyRootFilesystem   bool            `yaml:"readOnlyRootFilesystem"`
		Capabilities             map[text][]text `yaml:"capabilities"`
	} `yaml:"securityContext"`
	VolumeMounts []struct {
		Name      text `yaml:"name"`
		MountPath text `yaml:"mountPath"`
	} `yaml:"volumeMounts"`
}

// manifests reads the two of a program, and refuses fields that it does not know.
func manifests(t *testing.T, p program) (secret, deployment) {
	t.Helper()
	var s secret
	var d deployment
	for name, into := range map[string]any{p.name + "-secrets": &s, p.name: &d} {
		content, err := os.ReadFile(filepath.Join("../kubernetes", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		decoder.KnownFields(true)
		if err := decoder.Decode(into); err != nil {
			t.Fatalf("%s.yaml: %v", name, err)
		}
	}
	return s, d
}

func TestManifests_FitEachOther(t *testing.T) {
	t.Parallel()
	for _, p := range programs() {
		s, d := manifests(t, p)
		template := d.Spec.Template
		container := template.Spec.Containers[0]
		for what, pair := range map[string][2]any{
			"the Secret is one":                {s.APIVersion + " " + s.Kind, text("v1 Secret")},
			"the Deployment is one":            {d.APIVersion + " " + d.Kind, text("apps/v1 Deployment")},
			"the Secret has its name":          {s.Metadata.Name, text(p.name + "-secrets")},
			"the Deployment has its name":      {d.Metadata.Name, text(p.name)},
			"the Deployment uses the Secret":   {container.EnvFrom[0].SecretRef.Name, s.Metadata.Name},
			"the Deployment finds its pods":    {template.Metadata.Labels["app"], d.Spec.Selector.MatchLabels["app"]},
			"the pods are the directory's":     {template.Metadata.Labels["baton-app"], text(p.directory)},
			"the image is the program's":       {container.Image, text("ghcr.io/conductorone/" + p.name + ":latest")},
			"the host has an id":               {container.Env[0].Name + "=" + container.Env[0].Value, text("BATON_HOST_ID=" + p.name)},
			"the volume is mounted":            {container.VolumeMounts[0].Name, template.Spec.Volumes[0].Name},
			"the user is the image's":          {template.Spec.SecurityContext.RunAsUser, 65532},
			"one connector runs":               {len(template.Spec.Containers) * d.Spec.Replicas, 1},
			"the root file system is shielded": {container.SecurityContext.ReadOnlyRootFilesystem, true},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s: %v, want %v", p.name, what, pair[0], pair[1])
			}
		}
	}
}

func TestManifests_NameTheDocumentedVariablesAndTheConnectorKnowsEach(t *testing.T) {
	t.Parallel()
	for _, p := range programs() {
		s, _ := manifests(t, p)
		var names []string
		for name := range maps.Keys(s.StringData) {
			names = append(names, string(name))
		}
		slices.Sort(names)
		if !slices.Equal(names, p.documented) {
			t.Errorf("%s: the Secret has %q, want %q", p.name, names, p.documented)
		}
		known := map[string]bool{}
		for _, f := range slices.Concat(p.configuration.Fields, field.DefaultFields) {
			known["BATON_"+strings.ToUpper(strings.ReplaceAll(f.FieldName, "-", "_"))] = true
		}
		for _, name := range names {
			if !known[name] {
				t.Errorf("%s has no variable %s", p.name, name)
			}
		}
	}
}

// TestManifests_DifferInNamesAlone: what is set right in one Deployment is set right in all.
func TestManifests_DifferInNamesAlone(t *testing.T) {
	t.Parallel()
	first := programs()[0]
	for _, p := range programs()[1:] {
		want := strings.ReplaceAll(read(t, "deploy/kubernetes/"+first.name+".yaml"), first.name, p.name)
		want = strings.ReplaceAll(want, "baton-app: "+first.directory, "baton-app: "+p.directory)
		if got := read(t, "deploy/kubernetes/"+p.name+".yaml"); got != want {
			t.Errorf("%s.yaml is not %s.yaml with other names", p.name, first.name)
		}
	}
}
