package simkit

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestFaults_StrikeInTheirOrder(t *testing.T) {
	t.Parallel()
	var q Faults[string]
	q.Add("a1", 1, 0)
	q.Add("a2", 0, 2)
	q.Add("b", 0, -1)
	var got []string
	for _, request := range []string{"a", "a", "a", "b", "a", "b", "b"} {
		f, struck := q.Take(func(f string) bool { return strings.HasPrefix(f, request) })
		if struck != (f != "") {
			t.Fatalf("%q, %t", f, struck)
		}
		got = append(got, f)
	}
	// The first a is let through by a1 and met by a2, the second by a1.
	if want := []string{"a2", "a1", "a2", "b", "", "b", "b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	q.Clear()
	q.Add("a1", 5, 0)
	q.Add("a2", 0, 0)
	all := func(string) bool { return true }
	if f, _ := q.Take(all); f != "a2" {
		t.Errorf("%q is first", f)
	}
	if f, struck := q.Take(all); struck {
		t.Errorf("%q strikes while the one that is left skips", f)
	}
	q.Clear()
	if f, struck := q.Take(func(string) bool { return true }); struck {
		t.Errorf("%q is left", f)
	}
}

func parse(kind string) (string, error) {
	if kind != "cut" && kind != "429" {
		return "", errors.New("no such kind")
	}
	return kind, nil
}

func TestChance_DrawsByItsOdds(t *testing.T) {
	t.Parallel()
	rolls := []float64{0, 0.0199, 0.02, 0.0299, 0.0301, 0.99}
	i := 0
	c, err := ParseChance("429=0.02, cut=0.01", func() float64 { i++; return rolls[i-1] }, parse)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for range rolls {
		f, struck := c.Draw()
		if struck != (f != "") {
			t.Fatalf("%q, %t", f, struck)
		}
		got = append(got, f)
	}
	if want := []string{"429", "429", "cut", "cut", "", ""}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	none, err := ParseChance("", func() float64 { t.Error("it throws"); return 0 }, parse)
	if err != nil {
		t.Fatal(err)
	}
	if f, struck := none.Draw(); struck {
		t.Errorf("%q struck", f)
	}
}

func TestParseChance_RefusesWhatIsNoChance(t *testing.T) {
	t.Parallel()
	for spec, says := range map[string]string{
		"cut": "from 0 to 1", "cut=": "from 0 to 1", "cut=NaN": "from 0 to 1", "cut=-0.1": "from 0 to 1", "cut=1.1": "from 0 to 1",
		"fire=0.1": "no such kind", "cut=0.6,429=0.6": "more than 1",
	} {
		if _, err := ParseChance(spec, nil, parse); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", spec, err)
		}
	}
}

func TestHistory_ForgetsTheOlderHalf(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := History[int]{Most: 4, Traffic: &log}
	for i := range 5 {
		h.Add(i, func(i int) []byte { return []byte{byte('0' + i), '\n'} })
	}
	if got, want := h.All(), []int{2, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if h.All()[0] = 9; h.All()[0] != 2 {
		t.Error("who changes what was returned changes what is remembered")
	}
	if log.String() != "0\n1\n2\n3\n4\n" {
		t.Errorf("the log is %q", log.String())
	}
	h.Reset()
	if got := h.All(); got == nil || len(got) > 0 {
		t.Errorf("%v is left", got)
	}
	quiet := History[int]{Most: 4}
	quiet.Add(1, func(int) []byte { t.Error("a line without a log"); return nil })
}
