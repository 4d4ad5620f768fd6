package config

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const canary = "canary~secret"

func good() *Onelogin {
	return &Onelogin{Subdomain: "acme", OneloginClientId: "client", OneloginClientSecret: canary}
}

// TestO01_WhatIsWrongIsRefusedInASentence changes good settings, one thing at a time.
func TestO01_WhatIsWrongIsRefusedInASentence(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Onelogin)
		says   string
	}{
		"nothing at all":         {func(c *Onelogin) { *c = Onelogin{} }, "--subdomain (BATON_SUBDOMAIN), --onelogin-client-id (BATON_ONELOGIN_CLIENT_ID), --onelogin-client-secret (BATON_ONELOGIN_CLIENT_SECRET) must be given"},
		"no subdomain":           {func(c *Onelogin) { c.Subdomain = " " }, "--subdomain (BATON_SUBDOMAIN) must be given"},
		"no client":              {func(c *Onelogin) { c.OneloginClientId = "" }, "--onelogin-client-id (BATON_ONELOGIN_CLIENT_ID) must be given"},
		"no secret":              {func(c *Onelogin) { c.OneloginClientSecret = " " }, "--onelogin-client-secret (BATON_ONELOGIN_CLIENT_SECRET) must be given"},
		"a host of others":       {func(c *Onelogin) { c.Subdomain = "acme.example.com" }, "--subdomain is not OneLogin's"},
		"a host with a trick":    {func(c *Onelogin) { c.Subdomain = "evil.com/.onelogin.com" }, "--subdomain is not OneLogin's"},
		"a region that is none":  {func(c *Onelogin) { c.Region = "mars" }, `--region "mars" is not known: it is us or eu`},
		"two places":             {func(c *Onelogin) { c.Region, c.BaseUrl = "eu", "https://localhost:1" }, "--base-url and --region both say where OneLogin is"},
		"a base without TLS":     {func(c *Onelogin) { c.BaseUrl = "http://localhost:1" }, "--base-url is http://: only https is spoken"},
		"a base with a path":     {func(c *Onelogin) { c.BaseUrl = "https://localhost:1/api" }, "--base-url has more than a host and a port"},
		"a name that is a query": {func(c *Onelogin) { c.CustomAttributes = []string{"a&b"} }, `--custom-attributes has "a&b"`},
	} {
		c := good()
		test.change(c)
		_, err := c.Check()
		if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestO01_WhereItConnects(t *testing.T) {
	for want, give := range map[string][]func(*Onelogin){
		"https://acme.onelogin.com": {
			func(*Onelogin) {}, func(c *Onelogin) { c.Subdomain = "acme.onelogin.com" }, func(c *Onelogin) { c.Subdomain = "https://Acme.onelogin.com/" },
		},
		"https://api.eu.onelogin.com": {func(c *Onelogin) { c.Region = "EU" }, func(c *Onelogin) { c.Region, c.Subdomain = "eu", "" }},
		"https://localhost:7":         {func(c *Onelogin) { c.BaseUrl = "https://localhost:7/" }, func(c *Onelogin) { c.BaseUrl, c.Subdomain = "https://localhost:7", "" }},
	} {
		for i, change := range give {
			c := good()
			change(c)
			to, err := c.Check()
			if err != nil || to.Host.String() != want || to.Credential.ClientID != "client" || to.Credential.ClientSecret != canary {
				t.Errorf("%s, %d: %v, %v", want, i, to.Host, err)
			}
		}
	}
}

func TestCheck_CustomAttributesOnceEach(t *testing.T) {
	c := good()
	c.CustomAttributes = []string{" cost_center", "cost_center", "", "badge.no"}
	to, err := c.Check()
	if err != nil || !slices.Equal(to.Attributes, []string{"cost_center", "badge.no"}) {
		t.Errorf("%v, %v", to.Attributes, err)
	}
}

// Flags, and the labels of ConductorOne's form, are what people write down: they are those that are documented.
func TestConfig_NamesAndLabels(t *testing.T) {
	labels := map[string]string{}
	for _, f := range Config.Fields {
		if f.Description == "" {
			t.Errorf("--%s is not described", f.FieldName)
		}
		labels[f.FieldName] = f.ConnectorConfig.DisplayName
	}
	for name, want := range map[string]string{
		"subdomain": "OneLogin domain", "onelogin-client-id": "OneLogin client ID", "onelogin-client-secret": "OneLogin client secret",
		"privileges-enabled": "Sync privileges", "apply-user-mappings": "Apply user mappings", "custom-attributes": "Custom attributes",
		"disable-event-feed": "Disable event feed", "region": "", "base-url": "",
	} {
		if label, has := labels[name]; !has || label != want {
			t.Errorf("--%s has the label %q, want %q", name, label, want)
		}
	}
}
