package chart_test

import (
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
)

func secretsOf(r *rendered) []string {
	var out []string
	for _, from := range r.container().EnvFrom {
		if from.SecretRef == nil || from.ConfigMapRef != nil || from.Prefix != "" || (from.SecretRef.Optional != nil && *from.SecretRef.Optional) {
			return []string{"something else than a Secret that has to be there"}
		}
		out = append(out, from.SecretRef.Name)
	}
	return out
}

func TestSecrets_AreReferredTo(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"defaults":         {"baton-microsoft-entra-secrets"},
		"onelogin":         {"baton-onelogin-secrets"},
		"existing-secrets": {"conductorone", "entra"},
		"created-secret":   {"identity-baton-microsoft-entra"},
		"everything":       {"conductorone", "entra"},
	} {
		r := renderFile(t, name)
		if got := secretsOf(r); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if made := r.secret != nil; made != slices.Contains(want, r.deployment.Name) {
			t.Errorf("%s: a Secret is made: %t", name, made)
		}
	}
}

func TestSecrets_StandNowhereElse(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		for file, text := range r.texts {
			if !strings.HasSuffix(file, "/secret.yaml") && strings.Contains(text, "canary") {
				t.Errorf("%s holds a value of secrets.values:\n%s", file, text)
			}
		}
		for _, v := range r.container().Env {
			if v.ValueFrom != nil && v.ValueFrom.SecretKeyRef != nil {
				t.Errorf("%s comes from a Secret beside those of envFrom", v.Name)
			}
		}
	})
}

func TestSecrets_ArriveAsTheyWereGiven(t *testing.T) {
	t.Parallel()
	made := renderFile(t, "created-secret").secret
	if made.Type != core.SecretTypeOpaque || len(made.StringData) != 5 {
		t.Errorf("%s with %d values", made.Type, len(made.StringData))
	}
	if got, want := made.StringData["BATON_CLIENT_SECRET"], `canary: {{ "quoted" }} #1`; got != want {
		t.Errorf("%q arrived as %q", want, got)
	}
}

func TestSecrets_AChangeStartsThePodAnew(t *testing.T) {
	t.Parallel()
	of := func(secret string) string {
		return render(t, "secrets: {create: true, values: {BATON_CLIENT_SECRET: "+secret+"}}").deployment.Spec.Template.Annotations["checksum/secret"]
	}
	if first := of("one"); first == "" || first != of("one") || first == of("two") {
		t.Errorf("checksums %q, %q, %q", first, of("one"), of("two"))
	}
}

func TestWorkloadIdentity_ByTheWebhook(t *testing.T) {
	t.Parallel()
	r := renderFile(t, "workload-identity")
	if got := r.deployment.Spec.Template.Labels["azure.workload.identity/use"]; got != "true" {
		t.Errorf("the pod's label is %q", got)
	}
	annotations := r.serviceAccount.Annotations
	if annotations["azure.workload.identity/client-id"] != "22222222-2222-3333-4444-555555555555" || annotations["azure.workload.identity/tenant-id"] != "11111111-2222-3333-4444-555555555555" {
		t.Errorf("annotations %v", annotations)
	}
	variables := r.variables()
	if _, own := variables["AZURE_CLIENT_ID"]; own || variables["BATON_USE_WORKLOAD_IDENTITY"] != "true" {
		t.Errorf("variables %v", variables)
	}
	if slices.ContainsFunc(r.pod().Volumes, func(v core.Volume) bool { return v.Projected != nil }) {
		t.Error("a token beside the webhook's")
	}
}

func TestWorkloadIdentity_LeavesNothingBehindWhereItIsOff(t *testing.T) {
	t.Parallel()
	for file, text := range renderFile(t, "defaults").texts {
		if strings.Contains(strings.ToLower(text), "azure") || strings.Contains(text, "WORKLOAD") {
			t.Errorf("%s speaks of a workload identity:\n%s", file, text)
		}
	}
}

func TestWorkloadIdentity_ByAProjectedToken(t *testing.T) {
	t.Parallel()
	r := renderFile(t, "workload-identity-projected")
	if r.serviceAccount != nil || r.pod().ServiceAccountName != "connectors.entra" {
		t.Errorf("account %q, made: %t", r.pod().ServiceAccountName, r.serviceAccount != nil)
	}
	at := slices.IndexFunc(r.pod().Volumes, func(v core.Volume) bool { return v.Projected != nil })
	if at < 0 {
		t.Fatal("no token is projected")
	}
	token := r.pod().Volumes[at].Projected.Sources[0].ServiceAccountToken
	if token == nil || token.Audience != "api://AzureADTokenExchange" || *token.ExpirationSeconds < 600 {
		t.Fatalf("token %+v", token)
	}
	mount := slices.IndexFunc(r.container().VolumeMounts, func(m core.VolumeMount) bool { return m.Name == r.pod().Volumes[at].Name })
	path := r.container().VolumeMounts[mount].MountPath + "/" + token.Path
	for name, want := range map[string]string{
		"AZURE_FEDERATED_TOKEN_FILE": path, "BATON_USE_WORKLOAD_IDENTITY": "true",
		"AZURE_CLIENT_ID": "22222222-2222-3333-4444-555555555555", "AZURE_TENANT_ID": "11111111-2222-3333-4444-555555555555",
	} {
		if got := r.variables()[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestCertificate_IsMountedForItsReaderOnly(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][2]string{"certificate": {"tls.crt", "tls.key"}, "everything": {"chain.pem", "key.pem"}} {
		r := renderFile(t, name)
		at := slices.IndexFunc(r.pod().Volumes, func(v core.Volume) bool { return v.Name == "certificate" })
		from := r.pod().Volumes[at].Secret
		if from.SecretName != "entra-certificate" || *from.DefaultMode != 0o440 || len(from.Items) != 2 {
			t.Errorf("%s: %+v", name, from)
		}
		for i, variable := range []string{"BATON_ENTRA_CLIENT_CERTIFICATE", "BATON_ENTRA_CLIENT_CERTIFICATE_PRIVATE_KEY"} {
			if got, want := r.variables()[variable], "/etc/baton/certificate/"+keys[i]; got != want || from.Items[i].Path != keys[i] || from.Items[i].Key != keys[i] {
				t.Errorf("%s: %s is %q, want %q", name, variable, got, want)
			}
		}
	}
}
