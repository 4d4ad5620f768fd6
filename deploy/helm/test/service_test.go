package chart_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
)

func TestHostID_IsTheReleasesOrThePods(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		at := slices.IndexFunc(r.container().Env, func(v core.EnvVar) bool { return v.Name == "BATON_HOST_ID" })
		if at < 0 {
			t.Fatal("no BATON_HOST_ID")
		}
		id := r.container().Env[at]
		if *r.deployment.Spec.Replicas > 1 {
			if id.Value != "" || id.ValueFrom == nil || id.ValueFrom.FieldRef == nil || id.ValueFrom.FieldRef.FieldPath != "metadata.name" {
				t.Errorf("several replicas, and the host id is %+v", id)
			}
		} else if id.Value != r.deployment.Name || id.ValueFrom != nil {
			t.Errorf("one replica of %s, and the host id is %+v", r.deployment.Name, id)
		}
	})
	if got := render(t, "hostId: entra-1").variables()["BATON_HOST_ID"]; got != "entra-1" {
		t.Errorf("a host id of one's own: %q", got)
	}
}

func TestReplicas_NeverTwoUnderOneHostID(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		strategy, several := r.deployment.Spec.Strategy, *r.deployment.Spec.Replicas > 1
		switch {
		case several && (strategy.Type != apps.RollingUpdateDeploymentStrategyType || strategy.RollingUpdate.MaxSurge.IntValue() != 0 || strategy.RollingUpdate.MaxUnavailable.IntValue() != 1):
			t.Errorf("several replicas: %+v", strategy)
		case !several && (strategy.Type != apps.RecreateDeploymentStrategyType || strategy.RollingUpdate != nil):
			t.Errorf("one replica: %+v", strategy)
		}
	})
}

func TestReplicas_SeveralAreSpreadAndKept(t *testing.T) {
	t.Parallel()
	one, several := renderFile(t, "defaults"), renderFile(t, "replicas")
	if one.budget != nil || len(one.pod().TopologySpreadConstraints) != 0 {
		t.Error("one replica has a budget, which would keep its node from being drained, or is spread")
	}
	if several.budget == nil || several.budget.Spec.MaxUnavailable.IntValue() != 1 || several.budget.Spec.MinAvailable != nil {
		t.Errorf("budget %+v", several.budget)
	}
	spread := several.pod().TopologySpreadConstraints
	if len(spread) != 1 || spread[0].TopologyKey != "kubernetes.io/hostname" || spread[0].LabelSelector.MatchLabels["app.kubernetes.io/instance"] != release {
		t.Errorf("spread %+v", spread)
	}
	if spread = renderFile(t, "everything").pod().TopologySpreadConstraints; len(spread) != 1 || spread[0].TopologyKey != "topology.kubernetes.io/zone" {
		t.Errorf("a spread of one's own: %+v", spread)
	}
	if renderFile(t, "nothing-optional").budget != nil {
		t.Error("a budget, though it is turned off")
	}
}

func TestProbes_AskTheSubcommandForWhatARestartCanMend(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		c, on := r.container(), r.variables()["BATON_HEALTH_CHECK"]
		if on != "true" {
			if on != "false" || c.StartupProbe != nil || c.LivenessProbe != nil || c.ReadinessProbe != nil {
				t.Errorf("BATON_HEALTH_CHECK is %q beside probes", on)
			}
			return
		}
		for endpoint, probes := range map[string][]*core.Probe{"live": {c.StartupProbe, c.LivenessProbe}, "ready": {c.ReadinessProbe}} {
			for _, probe := range probes {
				checkProbe(t, probe, c.Command[0], endpoint)
			}
		}
		if got := r.variables()["BATON_HEALTH_CHECK_BIND_ADDRESS"]; got != "127.0.0.1" {
			t.Errorf("the health server listens on %q", got)
		}
		if within := c.StartupProbe.PeriodSeconds * c.StartupProbe.FailureThreshold; *r.deployment.Spec.ProgressDeadlineSeconds <= within {
			t.Errorf("the rollout gives up after %d s, and the start has %d", *r.deployment.Spec.ProgressDeadlineSeconds, within)
		}
	})
	of := renderFile(t, "everything")
	if of.variables()["BATON_HEALTH_CHECK_PORT"] != "18081" || of.container().LivenessProbe.TimeoutSeconds != 11 {
		t.Errorf("port and time-out of the values: %v, %+v", of.variables(), of.container().LivenessProbe)
	}
	if start := renderFile(t, "defaults").container().StartupProbe; start.PeriodSeconds*start.FailureThreshold < 600 {
		t.Errorf("a start may take %d × %d s, and ConductorOne may be away for ten minutes", start.FailureThreshold, start.PeriodSeconds)
	}
}

func checkProbe(t *testing.T, probe *core.Probe, binary, endpoint string) {
	t.Helper()
	if probe == nil || probe.Exec == nil {
		t.Errorf("no probe by a command for %s: %+v", endpoint, probe)
		return
	}
	want := []string{binary, "health-check", "--endpoint=" + endpoint, fmt.Sprintf("--timeout=%d", probe.TimeoutSeconds-1)}
	if !slices.Equal(probe.Exec.Command, want) || probe.HTTPGet != nil || probe.TCPSocket != nil || probe.GRPC != nil {
		t.Errorf("probe %v, want %v", probe.Exec.Command, want)
	}
	if probe.TimeoutSeconds >= probe.PeriodSeconds && probe.PeriodSeconds > 10 {
		t.Errorf("a probe may take %d s of its %d", probe.TimeoutSeconds, probe.PeriodSeconds)
	}
}

func TestNotes_SayWhatToDoNext(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, r *rendered) {
		for _, want := range []string{r.deployment.Name, "--namespace " + namespace, r.container().EnvFrom[0].SecretRef.Name, "rollout restart"} {
			if !strings.Contains(r.notes, want) {
				t.Errorf("nothing of %q in\n%s", want, r.notes)
			}
		}
		if strings.Contains(r.notes, "create secret") == (r.secret != nil) {
			t.Errorf("to make a Secret: %t, and the chart made one: %t", strings.Contains(r.notes, "create secret"), r.secret != nil)
		}
	})
}
