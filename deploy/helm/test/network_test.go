package chart_test

import (
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

// ports of a rule, as "TCP 443".
func ports(rule networking.NetworkPolicyEgressRule) []string {
	var out []string
	for _, p := range rule.Ports {
		out = append(out, string(*p.Protocol)+" "+p.Port.String())
	}
	return out
}

func TestNetworkPolicy_LetsNothingInAndOnlyNamesAndHTTPSOut(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		if r.networkPolicy == nil {
			return
		}
		spec := r.networkPolicy.Spec
		if !slices.Equal(spec.PolicyTypes, []networking.PolicyType{networking.PolicyTypeIngress, networking.PolicyTypeEgress}) || len(spec.Ingress) != 0 {
			t.Errorf("types %v, ingress %v", spec.PolicyTypes, spec.Ingress)
		}
		for _, rule := range spec.Egress {
			if len(rule.Ports) == 0 {
				t.Errorf("a rule for all ports: %+v", rule)
			}
		}
		if got := ports(spec.Egress[0]); !slices.Equal(got, []string{"UDP 53", "TCP 53"}) {
			t.Errorf("names go out by %v", got)
		}
		if got := ports(spec.Egress[1]); got[0] != "TCP 443" {
			t.Errorf("the rest goes out by %v", got)
		}
	})
	r := renderFile(t, "defaults").networkPolicy
	if len(r.Spec.Egress) != 2 || len(ports(r.Spec.Egress[1])) != 1 {
		t.Errorf("by default: %+v", r.Spec.Egress)
	}
	if renderFile(t, "nothing-optional").networkPolicy != nil {
		t.Error("a network policy, though it is turned off")
	}
}

func TestNetworkPolicy_IsNarrowedByValues(t *testing.T) {
	t.Parallel()
	egress := renderFile(t, "network-narrowed").networkPolicy.Spec.Egress
	if len(egress) != 3 {
		t.Fatalf("%d rules", len(egress))
	}
	if to := egress[0].To; len(to) != 1 || to[0].PodSelector.MatchLabels["k8s-app"] != "kube-dns" || to[0].NamespaceSelector == nil {
		t.Errorf("name servers: %+v", to)
	}
	if to := egress[1].To; len(to) != 1 || to[0].IPBlock.CIDR != "10.20.0.0/16" || !slices.Equal(to[0].IPBlock.Except, []string{"10.20.30.0/24"}) {
		t.Errorf("https: %+v", to)
	}
	if to := egress[2].To; to[0].IPBlock.CIDR != "169.254.169.254/32" || ports(egress[2])[0] != "TCP 80" {
		t.Errorf("the rule of one's own: %+v", egress[2])
	}
}

func TestNetworkPolicy_LetsTheProxyBeReached(t *testing.T) {
	t.Parallel()
	for proxy, want := range map[string]string{
		"http://proxy.example.com:3128": "TCP 443, TCP 3128", "https://proxy.example.com": "TCP 443",
		"http://proxy.example.com/": "TCP 443, TCP 80", "http://[fd00::1]:8080": "TCP 443, TCP 8080", "http://[fd00::1]": "TCP 443, TCP 80",
	} {
		r := render(t, `proxy: {https: "`+proxy+`"}`)
		if got := strings.Join(ports(r.networkPolicy.Spec.Egress[1]), ", "); got != want || r.variables()["HTTPS_PROXY"] != proxy {
			t.Errorf("%s: ports %s, want %s; HTTPS_PROXY %q", proxy, got, want, r.variables()["HTTPS_PROXY"])
		}
	}
}

func TestCA_IsTrustedBesideTheSystems(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]func(core.VolumeSource) string{
		"ca-and-proxy": func(v core.VolumeSource) string { return v.ConfigMap.Name },
		"everything":   func(v core.VolumeSource) string { return v.Secret.SecretName },
	} {
		r := renderFile(t, name)
		at := slices.IndexFunc(r.container().VolumeMounts, func(m core.VolumeMount) bool { return m.Name == "ca" })
		mount := r.container().VolumeMounts[at]
		if got := r.variables()["SSL_CERT_DIR"]; got != mount.MountPath+":/etc/ssl/certs" || !mount.ReadOnly {
			t.Errorf("%s: SSL_CERT_DIR is %q, the mount %+v", name, got, mount)
		}
		volume := slices.IndexFunc(r.pod().Volumes, func(v core.Volume) bool { return v.Name == "ca" })
		if got := source(r.pod().Volumes[volume].VolumeSource); got != "company-ca" {
			t.Errorf("%s: from %q", name, got)
		}
	}
	if r := renderFile(t, "ca-and-proxy"); r.variables()["NO_PROXY"] != ".svc,10.0.0.0/8" {
		t.Errorf("NO_PROXY is %q", r.variables()["NO_PROXY"])
	}
	if _, set := renderFile(t, "defaults").variables()["SSL_CERT_DIR"]; set {
		t.Error("SSL_CERT_DIR without certificates of one's own")
	}
}
