package graphsim_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	auth "github.com/microsoft/kiota-authentication-azure-go"
	khttp "github.com/microsoft/kiota-http-go"
	msgraph "github.com/microsoftgraph/msgraph-sdk-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// stranger is Microsoft's own client, models and all: it knows nothing of this project. It signs in with
// azidentity and has only the address and the trusted certificate changed.
func (r *rig) stranger() *msgraph.GraphServiceClient {
	r.t.Helper()
	o := r.Options()
	cred, err := azidentity.NewClientSecretCredential(o.TenantID, o.ClientID, o.ClientSecret, &azidentity.ClientSecretCredentialOptions{
		DisableInstanceDiscovery: true,
		ClientOptions: policy.ClientOptions{
			Transport: r.client,
			Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: r.URL()},
		},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	provider, err := auth.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(cred,
		[]string{"https://graph.microsoft.com/.default"}, []string{"127.0.0.1"})
	if err != nil {
		r.t.Fatal(err)
	}
	// Kiota compares hosts without the port, and an https address passes.
	options := msgraph.GetDefaultClientOptions()
	client := &http.Client{Transport: khttp.NewCustomTransportWithParentTransport(r.client.Transport,
		core.GetDefaultMiddlewaresWithOptions(&options)...)}
	adapter, err := msgraph.NewGraphRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(provider, nil, nil, client)
	if err != nil {
		r.t.Fatal(err)
	}
	adapter.SetBaseUrl(r.URL() + "/v1.0")
	return msgraph.NewGraphServiceClient(adapter)
}

func TestStranger_ReadsEverythingThroughModels(t *testing.T) {
	log := filepath.Join(t.TempDir(), "traffic.jsonl")
	file, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := start(t, graphsim.Options{Traffic: file, PageSize: 60})
	w := &walker{t: t, ctx: context.Background(), client: r.stranger(), census: r.Census()}
	t.Run("users", w.users)
	t.Run("groups", w.groups)
	t.Run("servicePrincipals", w.servicePrincipals)
	t.Run("applications", w.applications)
	t.Run("roles", w.roles)
	t.Run("single", w.single)
	t.Run("graphcheck", func(t *testing.T) { graphcheck(t, log) })
}

// graphcheck holds the traffic against Microsoft's published schema and permissions, where the checker is
// beside this checkout.
func graphcheck(t *testing.T, log string) {
	tool := findAbove("shared/tools/graphcheck")
	if tool == "" {
		t.Log("no shared/tools/graphcheck above this folder: the traffic is not checked")
		return
	}
	cmd := exec.Command("go", "run", ".", "-contract", filepath.Join(tool, "../../graph-contract"),
		"-permissions", strings.Join(graphsim.ReadPermissions(), ","), "-v", log)
	cmd.Dir = tool
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod -buildvcs=false")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil || !strings.Contains(string(out), "of no use to this traffic 0:") {
		t.Errorf("graphcheck: %v", err)
	}
}

// findAbove finds a folder below this one or one of its parents, "" if there is none.
func findAbove(path string) string {
	dir, err := os.Getwd()
	for err == nil {
		candidate := filepath.Join(dir, path)
		if _, statErr := os.Stat(candidate); statErr == nil {
			return candidate
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}
