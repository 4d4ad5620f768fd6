package chart_test

import (
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
)

// What is wrong with the values, and a part of what is said of it.
func wrong() map[string]string {
	return map[string]string{
		// The schema.
		"replica: 3":                                    "replica",
		"image: {repo: x}":                              "repo",
		"probes: {liveness: {period: 3}}":               "period",
		"resources: {limits: {mem: 1Gi}}":               "mem",
		"replicas: three":                               "/replicas",
		"replicas: -1":                                  "/replicas",
		"replicas: null":                                "replicas",
		"probes: null":                                  "probes",
		"image: {tag: null}":                            "tag",
		"connector: ''":                                 "/connector",
		"connector: null":                               "connector",
		"connector: entra; rm":                          "/connector",
		"image: {pullPolicy: Sometimes}":                "/image/pullPolicy",
		"image: {digest: sha1:00}":                      "/image/digest",
		"settings: {ENTRA_TENANT_ID: x}":                "invalid propertyName 'ENTRA_TENANT_ID'",
		"settings: {BATON_entra: x}":                    "invalid propertyName 'BATON_entra'",
		"settings: {BATON_WORKERS: 1.5}":                "/settings/BATON_WORKERS",
		"settings: {BATON_WORKERS: null}":               "/settings/BATON_WORKERS",
		"settings: {BATON_SYNC_RESOURCE_TYPES: [user]}": "/settings/BATON_SYNC_RESOURCE_TYPES",
		"environment: {BATON_WORKERS: 4}":               "invalid propertyName 'BATON_WORKERS'",
		"secrets: {existing: one}":                      "/secrets/existing",
		"secrets: {create: true, values: {baton: x}}":   "invalid propertyName 'baton'",
		"securityContext: {runAsUser: 0}":               "/securityContext/runAsUser",
		"workloadIdentity: {clientId: app}":             "/workloadIdentity/clientId",
		"workDir: {path: work}":                         "/workDir/path",
		"workDir: {sizeLimit: plenty}":                  "/workDir/sizeLimit",
		"probes: {port: 80}":                            "/probes/port",
		"proxy: {https: 'http://me:canary@proxy'}":      "proxy.https has credentials in it",
		// The sentences.
		"{hostId: one, replicas: 2}":                       "hostId and replicas contradict each other",
		"secrets: {values: {BATON_CLIENT_SECRET: canary}}": "secrets.create is false",
		"secrets: {create: true}":                          "secrets.values is empty",
		"ca: {configMap: a, secret: b}":                    "Put the certificates into one of them",
		"workloadIdentity: {enabled: true}":                "needs workloadIdentity.clientId",
		"workloadIdentity: {enabled: true, webhook: false, clientId: 22222222-2222-3333-4444-555555555555}":                    "needs workloadIdentity.tenantId",
		"{workloadIdentity: {enabled: true, clientId: 22222222-2222-3333-4444-555555555555}, serviceAccount: {create: false}}": "needs a ServiceAccount of its own",
		"{connector: baton-onelogin, workloadIdentity: {enabled: true, clientId: 22222222-2222-3333-4444-555555555555}}":       "workloadIdentity is a way to sign in to Microsoft",
		"{connector: baton-onelogin, certificate: {secret: a}}":                                                                "BATON_ENTRA_CLIENT_CERTIFICATE is Microsoft Entra's",
		"{workloadIdentity: {enabled: true, clientId: 22222222-2222-3333-4444-555555555555}, certificate: {secret: a}}":        "two ways to sign in",
		"settings: {BATON_CLIENT_SECRET: canary}":                                                                              "settings.BATON_CLIENT_SECRET would stand in the Deployment",
		"environment: {PROXY_PASSWORD: canary}":                                                                                "environment.PROXY_PASSWORD would stand in the Deployment",
		"settings: {BATON_HOST_ID: x}":                                                                                         "settings.BATON_HOST_ID is what another value",
		"settings: {BATON_HEALTH_CHECK_BIND_ADDRESS: 0.0.0.0}":                                                                 "BATON_HEALTH_CHECK_BIND_ADDRESS is what another value",
		"environment: {TMPDIR: /tmp}":                                                                                          "environment.TMPDIR is what another value",
		"{certificate: {secret: a}, settings: {BATON_ENTRA_CLIENT_CERTIFICATE: /x.pem}}":                                       "BATON_ENTRA_CLIENT_CERTIFICATE is what another value",
	}
}

func TestValues_WrongOnesAreRefused(t *testing.T) {
	t.Parallel()
	for values, want := range wrong() {
		t.Run(values, func(t *testing.T) {
			t.Parallel()
			_, err := texts(values)
			if err == nil {
				t.Fatalf("%s is taken", values)
			}
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: want %q and no value in it, got\n%v", values, want, err)
			}
		})
	}
}

func TestLint_HasNothingToSay(t *testing.T) {
	t.Parallel()
	for name, values := range valuesFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given, err := common.ReadValues([]byte(values))
			if err != nil {
				t.Fatal(err)
			}
			for _, message := range lint.RunAll(chartDir, given, namespace).Messages {
				// That there is no icon is of level information.
				if message.Severity > support.InfoSev {
					t.Error(message)
				}
			}
		})
	}
}
