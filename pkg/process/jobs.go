package process

import (
	"fmt"
	"slices"

	"github.com/spf13/viper"
	"google.golang.org/grpc/codes"
)

// The SDK's flags for the file, for the temporary directory, for a sync of some resources alone, for leave to change the
// directory, for how many lists are read side by side, for ConductorOne's credentials, and for the probes.
const (
	fileFlag          = "file"
	tempDirFlag       = "c1z-temp-dir"
	someResourcesFlag = "sync-resources"
	provisioningFlag  = "provisioning"
	workersFlag       = "workers"
	clientIDFlag      = "client-id"
	clientSecretFlag  = "client-secret"
	healthCheckFlag   = "health-check"
)

// connectorCommand is the SDK's hidden subcommand that runs the connector in a process of its own.
const connectorCommand = "_connector-service"

// textJobs are the SDK's flags that ask for another job than a sync by having a value.
func textJobs() []string {
	return []string{
		"grant-entitlement", "revoke-grant", "create-account-profile", "create-account-login",
		"invoke-action", "delete-resource", "rotate-credentials",
	}
}

// switchJobs are the SDK's flags that ask for another job than a sync by being true. "event-feed" is declared as text
// and read as a switch, so "--event-feed audit" is a sync.
func switchJobs() []string {
	return []string{
		"event-feed", "list-action-schemas", "create-ticket", "bulk-create-ticket",
		"list-ticket-schemas", "get-ticket", "compact-syncs",
	}
}

// writeJobs are the jobs that change the directory. The SDK itself does them without being told that it may.
func writeJobs() []string {
	return []string{
		"grant-entitlement", "revoke-grant", "create-account-profile", "create-account-login",
		"delete-resource", "rotate-credentials",
	}
}

// mayWrite refuses a job that changes the directory where nobody has said that it may.
func mayWrite(v *viper.Viper) error {
	for _, job := range writeJobs() {
		if v.GetString(job) != "" && !v.GetBool(provisioningFlag) {
			return &ending{code: int(codes.FailedPrecondition), sentence: fmt.Sprintf("--%s changes the directory, and provisioning is not switched on: say so with --%s", job, provisioningFlag)}
		}
	}
	return nil
}

// isServiceMode reports whether the process polls for tasks until it is stopped, which is what a client id means.
func isServiceMode(v *viper.Viper) bool {
	return v.GetString(clientIDFlag) != "" || isSystemService()
}

// isOneShotSync decides as the SDK's main command does: out of service mode any flag of the two lists means another
// job, and a sync is what remains. An empty --file is left for the SDK to refuse.
func isOneShotSync(v *viper.Viper) bool {
	if isServiceMode(v) || v.GetString(fileFlag) == "" {
		return false
	}
	return !slices.ContainsFunc(textJobs(), func(flag string) bool { return v.GetString(flag) != "" }) &&
		!slices.ContainsFunc(switchJobs(), v.GetBool)
}
