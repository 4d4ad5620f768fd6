// Package settings holds what the settings of each connector are checked with: sentences that say what is missing or
// wrong, as InvalidArgument, before anything is sent.
package settings

import (
	"fmt"
	"net/url"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Invalid refuses a setting in one sentence.
func Invalid(format string, args ...any) error {
	return status.Error(codes.InvalidArgument, fmt.Sprintf(format, args...))
}

// Need is a setting that there is no doing without, by the name that its reader knows.
type Need struct {
	Missing bool
	Name    string
}

// Required names all that is missing at once, and why it is needed.
func Required(why string, needs ...Need) error {
	var missing []string
	for _, n := range needs {
		if n.Missing {
			missing = append(missing, n.Name)
		}
	}
	if len(missing) > 0 {
		return Invalid("%s must be given: %s", strings.Join(missing, ", "), why)
	}
	return nil
}

// Address reads an https address without a path, which a flag names.
func Address(flag, value string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(value), "/"))
	switch {
	case err != nil || u.Host == "":
		return nil, Invalid("%s is not an address: it has the form https://host or https://host:port", flag)
	case u.Scheme != "https":
		return nil, Invalid("%s is %s://: only https is spoken, for tokens travel there", flag, u.Scheme)
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return nil, Invalid("%s has more than a host and a port: it has the form https://host or https://host:port", flag)
	}
	return u, nil
}
