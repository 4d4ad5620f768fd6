package process

import (
	"slices"

	"github.com/spf13/viper"
)

// The SDK's flags for the file, for the temporary directory, and for a sync of some resources alone.
const (
	fileFlag          = "file"
	tempDirFlag       = "c1z-temp-dir"
	someResourcesFlag = "sync-resources"
)

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

// isServiceMode reports whether the process polls for tasks until it is stopped, which is what a client id means.
func isServiceMode(v *viper.Viper) bool {
	return v.GetString("client-id") != "" || isSystemService()
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
