package main

import (
	"fmt"
	"io"
)

// bound is one thing that has to hold: a figure over another, at the most.
type bound struct {
	users    int
	what     string
	have, of float64
	most     float64
	unit     string
}

func (b bound) ratio() float64 { return b.have / b.of }
func (b bound) holds() bool    { return b.ratio() <= b.most }

// verdict is how it stands.
func (b bound) verdict() string {
	if b.holds() {
		return "holds"
	}
	return "MISSED"
}

func (b *bench) judge(one bound) {
	b.bounds = append(b.bounds, one)
	b.say("%s: %.3f, at most %.2f: %s", one.what, one.ratio(), one.most, one.verdict())
}

// The most memory that the connector's process may take, and how much more for the largest tenant than for a small one.
const (
	mostMemory = 250 << 20
	mostGrowth = 1.2
)

// judgeAtRest holds what a sync without any hindrance took against the plan and the floor.
func (b *bench) judgeAtRest(m measured) {
	for _, one := range []bound{
		{what: "edges of the tenant missing in the file", have: float64(m.missing), of: float64(m.checked)},
		{what: "requests, against the plan", have: float64(m.traffic.requests), of: float64(m.plan.Requests), most: 1.1},
		{what: "resource units, against the plan", have: float64(m.traffic.units), of: float64(m.plan.ResourceUnits), most: 1.15},
		{what: "CPU time at no latency, against the floor", have: m.real.cpu.Seconds(), of: m.floor.cpu.Seconds(), most: 1.3, unit: "s"},
		{what: "wall time at no latency, against the floor", have: m.real.wall.Seconds(), of: m.floor.wall.Seconds(), most: 1.6, unit: "s"},
		{what: "memory of the connector's process, against 250 MB", have: float64(megabytes(m.real.connector)), of: float64(megabytes(mostMemory)), most: 1, unit: "MB"},
	} {
		one.users = m.users
		b.judge(one)
	}
}

// judgeMemory holds the memory of the connector for the largest tenant against that for the smallest that is judged.
func (b *bench) judgeMemory() {
	var judged []measured
	for _, m := range b.measured {
		if m.users >= judgedFrom {
			judged = append(judged, m)
		}
	}
	if len(judged) < 2 {
		return
	}
	few, many := judged[0], judged[len(judged)-1]
	b.judge(bound{users: many.users, what: fmt.Sprintf("memory of the connector's process, against that for %s users", thousands(few.users)),
		have: float64(megabytes(many.real.connector)), of: float64(megabytes(few.real.connector)), most: mostGrowth, unit: "MB"})
}

// printBounds says what holds and what does not.
func (b *bench) printBounds(w io.Writer) (allHold bool) {
	fmt.Fprintln(w, "\n| users | bound | measured | against | ratio | at most | |")
	fmt.Fprintln(w, "| ---: | --- | ---: | ---: | ---: | ---: | --- |")
	allHold = true
	for _, one := range b.bounds {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %.3f | %.2f | %s |\n", thousands(one.users), one.what, figure(one.have, one.unit), figure(one.of, one.unit),
			one.ratio(), one.most, one.verdict())
		allHold = allHold && one.holds()
	}
	return allHold
}

func figure(f float64, unit string) string {
	switch unit {
	case "":
		return thousands(int(f))
	case "s":
		return fmt.Sprintf("%.1f s", f)
	}
	return thousands(int(f)) + " " + unit
}
