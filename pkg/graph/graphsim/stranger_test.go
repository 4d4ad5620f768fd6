package graphsim_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
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
		DisableInstanceDiscovery: true, ClientOptions: r.signInOptions()})
	if err != nil {
		r.t.Fatal(err)
	}
	return strangerWith(r.t, cred, r.client, r.URL(), "https://graph.microsoft.com/.default")
}

// signInOptions lead azidentity to the simulator.
func (r *rig) signInOptions() policy.ClientOptions {
	return policy.ClientOptions{Transport: r.client, Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: r.URL()},
		Retry: policy.RetryOptions{MaxRetries: -1}}
}

// strangerWith is a stranger that signs in otherwise, or that comes to another address.
func strangerWith(t *testing.T, cred azcore.TokenCredential, base *http.Client, address, scope string) *msgraph.GraphServiceClient {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	// Kiota compares hosts without the port, and an https address passes.
	provider, err := auth.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(cred, []string{scope}, []string{u.Hostname()})
	if err != nil {
		t.Fatal(err)
	}
	options := msgraph.GetDefaultClientOptions()
	client := &http.Client{Transport: khttp.NewCustomTransportWithParentTransport(base.Transport,
		core.GetDefaultMiddlewaresWithOptions(&options)...)}
	adapter, err := msgraph.NewGraphRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(provider, nil, nil, client)
	if err != nil {
		t.Fatal(err)
	}
	adapter.SetBaseUrl(address + "/v1.0")
	return msgraph.NewGraphServiceClient(adapter)
}

func TestStranger_ReadsEverythingThroughModels(t *testing.T) {
	log := filepath.Join(t.TempDir(), "traffic.jsonl")
	file, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := start(t, graphsim.Options{Traffic: file, PageSize: 60, Permissions: strangerPermissions(), WithoutLimits: true})
	w := &walker{t: t, ctx: context.Background(), client: r.stranger(), census: r.Census()}
	t.Run("users", w.users)
	t.Run("ranges", w.ranges)
	t.Run("groups", w.groups)
	t.Run("servicePrincipals", w.servicePrincipals)
	t.Run("applications", w.applications)
	t.Run("roles", w.roles)
	t.Run("single", w.single)
	t.Run("delta", w.delta)
	t.Run("memberOf", w.memberOf)
	t.Run("licences", w.licences)
	t.Run("activity", w.activity)
	t.Run("credentials", w.credentials)
	t.Run("mailboxes", w.mailboxes)
	t.Run("counts", w.counts)
	t.Run("logs", func(t *testing.T) { w.logs(t, r.Tenant()) })
	t.Run("graphcheck", func(t *testing.T) { graphcheck(t, log) })
}

// strangerPermissions are what the stranger needs: it looks at no hidden membership.
func strangerPermissions() []string {
	return slices.DeleteFunc(graphsim.EveryReadPermission(), func(p string) bool { return p == "Member.Read.Hidden" })
}

// graphcheck holds the traffic against Microsoft's published schema and permissions, where the checker is
// beside this checkout.
func graphcheck(t *testing.T, log string) {
	t.Helper()
	graphcheckWith(t, log, strangerPermissions(), "")
}

// graphcheckWith is graphcheck for traffic that needs just these permissions. Of those under also the checker does
// not see that they are needed.
func graphcheckWith(t *testing.T, log string, permissions []string, also string) {
	t.Helper()
	tool := findAbove("shared/tools/graphcheck")
	if tool == "" {
		t.Log("no shared/tools/graphcheck above this folder: the traffic is not checked")
		return
	}
	cmd := exec.Command("go", "run", ".", "-contract", filepath.Join(tool, "../../graph-contract"),
		"-permissions", strings.Join(permissions, ","), "-also", also, "-v", log)
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
