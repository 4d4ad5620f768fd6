// Package chart_test renders the chart as Helm does, in process, and reads what comes out as strictly as Kubernetes' own
// types allow. It is a module of its own, so that Helm and Kubernetes stay out of the product's.
package chart_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

const (
	chartDir  = "../baton-connector"
	valuesDir = "testdata/values"
	release   = "identity"
	namespace = "connectors"
)

// rendered is what one set of values makes: each object, nil where there is none, and the text of each template.
type rendered struct {
	deployment     *apps.Deployment
	serviceAccount *core.ServiceAccount
	secret         *core.Secret
	networkPolicy  *networking.NetworkPolicy
	budget         *policy.PodDisruptionBudget
	notes          string
	texts          map[string]string
}

func (r *rendered) pod() *core.PodSpec         { return &r.deployment.Spec.Template.Spec }
func (r *rendered) container() *core.Container { return &r.pod().Containers[0] }

// variables are those of the container's env that have a value, by name.
func (r *rendered) variables() map[string]string {
	out := map[string]string{}
	for _, v := range r.container().Env {
		out[v.Name] = v.Value
	}
	return out
}

// valuesFiles are the cases, by file name without its ending.
func valuesFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(valuesDir, "*.yaml"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files in %s: %v", len(files), valuesDir, err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".yaml")] = string(text)
	}
	return out
}

// eachCase calls check with what each file of values makes.
func eachCase(t *testing.T, check func(*testing.T, *rendered)) {
	t.Helper()
	for name, values := range valuesFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, render(t, values))
		})
	}
}

func renderFile(t *testing.T, name string) *rendered {
	t.Helper()
	values, found := valuesFiles(t)[name]
	if !found {
		t.Fatalf("no values file %s", name)
	}
	return render(t, values)
}

func render(t *testing.T, values string) *rendered {
	t.Helper()
	texts, err := texts(values)
	if err != nil {
		t.Fatalf("render: %v\nof the values\n%s", err, values)
	}
	out := &rendered{texts: texts}
	for file, text := range texts {
		if strings.HasSuffix(file, "NOTES.txt") {
			out.notes = text
			continue
		}
		for _, document := range strings.Split(text, "\n---") {
			if strings.TrimSpace(document) != "" {
				out.add(t, file, document)
			}
		}
	}
	return out
}

// texts renders all templates; the error is that of the schema or of a template.
func texts(values string) (map[string]string, error) {
	chart, err := loader.Load(chartDir)
	if err != nil {
		return nil, err
	}
	given, err := common.ReadValues([]byte(values))
	if err != nil {
		return nil, err
	}
	options := common.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(chart, given, options, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(chart, all)
}

// add reads a document into the type of its kind. A field that the type does not have is an error, and so is one that is there
// twice.
func (r *rendered) add(t *testing.T, file, document string) {
	t.Helper()
	var head struct{ Kind, APIVersion string }
	if err := yaml.Unmarshal([]byte(document), &head); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, document)
	}
	switch head.APIVersion + " " + head.Kind {
	case "apps/v1 Deployment":
		decode(t, file, document, &r.deployment)
	case "v1 ServiceAccount":
		decode(t, file, document, &r.serviceAccount)
	case "v1 Secret":
		decode(t, file, document, &r.secret)
	case "networking.k8s.io/v1 NetworkPolicy":
		decode(t, file, document, &r.networkPolicy)
	case "policy/v1 PodDisruptionBudget":
		decode(t, file, document, &r.budget)
	default:
		t.Fatalf("%s makes a %s %s, which no test knows", file, head.APIVersion, head.Kind)
	}
}

func decode[T any](t *testing.T, file, document string, into **T) {
	t.Helper()
	if *into != nil {
		t.Fatalf("%s: a second %T", file, *into)
	}
	*into = new(T)
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		t.Fatalf("%s: %v\n%s", file, err, document)
	}
	// Kubernetes' own reader: Go's would take a name in other capitals.
	unknown, err := json.UnmarshalStrict(text, *into)
	if err != nil || len(unknown) != 0 {
		t.Fatalf("%s: %v %v\n%s", file, err, unknown, document)
	}
}
