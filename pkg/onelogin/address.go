package onelogin

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// ErrNoAddress is wrapped by the error for an account that cannot be told from what was given.
var ErrNoAddress = errors.New("not an account of OneLogin")

// domain is the domain that every account has its host in.
const domain = ".onelogin.com"

// label is one label of a host name (RFC 1123 2.1).
var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Address returns where an account answers: "acme", "acme.onelogin.com" and "https://acme.onelogin.com/" name
// the same one. Anything else wraps ErrNoAddress.
func Address(subdomain string) (*url.URL, error) {
	host := strings.ToLower(strings.TrimSpace(subdomain))
	host = strings.TrimPrefix(host, "https://")
	host = strings.TrimSuffix(host, "/")
	name := strings.TrimSuffix(host, domain)
	if !label.MatchString(name) {
		return nil, fmt.Errorf("%q is %w: it has the form acme, acme%s or https://acme%s", subdomain, ErrNoAddress, domain, domain)
	}
	return &url.URL{Scheme: "https", Host: name + domain}, nil
}

// RegionalAddress returns the older host of a region, "us" or "eu".
func RegionalAddress(region string) (*url.URL, error) {
	switch region {
	case "us", "eu":
		return &url.URL{Scheme: "https", Host: "api." + region + domain}, nil
	}
	return nil, fmt.Errorf("the region %q is %w: there are us and eu", region, ErrNoAddress)
}
