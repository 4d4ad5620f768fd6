package main

import (
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
)

// report prints the tables, and says whether every bound holds.
func (b *bench) report(w io.Writer) bool {
	fmt.Fprintf(w, "%d cores, %s, %s, the best of %d runs\n", runtime.NumCPU(), runtime.Version(), b.set.workersText(), b.set.repeat)
	b.printRequests(w)
	b.printTimes(w)
	b.printParts(w)
	return b.printBounds(w)
}

func (b *bench) printRequests(w io.Writer) {
	fmt.Fprintln(w, "\n| users | rows | edges | requests | plan | resource units | plan | MB received | MB of the file |")
	fmt.Fprintln(w, "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, m := range b.measured {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %.1f | %.1f |\n", thousands(m.users), thousands(m.rows.rows()), thousands(m.checked),
			thousands(m.traffic.requests), thousands(m.plan.Requests), thousands(m.traffic.units), thousands(m.plan.ResourceUnits),
			float64(m.traffic.bytes)/1e6, float64(m.file)/1e6)
	}
}

func (b *bench) printTimes(w io.Writer) {
	fmt.Fprintln(w, "\n| users | wall | floor | at 100 ms | CPU | floor | of it the connector's | floor | µs of CPU a row | floor | SDK's process | floor | connector's process | floor |")
	fmt.Fprintln(w, "|"+strings.Repeat(" ---: |", 14))
	for _, m := range b.measured {
		row := func(t took) float64 { return t.cpu.Seconds() * 1e6 / float64(m.rows.rows()) }
		faraway := ""
		if m.faraway.wall > 0 {
			faraway = fmt.Sprintf("%.1f s", m.faraway.wall.Seconds())
		}
		fmt.Fprintf(w, "| %s | %.1f s | %.1f s | %s | %.1f s | %.1f s | %.1f s | %.1f s | %.1f | %.1f | %d MB | %d MB | %d MB | %d MB |\n", thousands(m.users),
			m.real.wall.Seconds(), m.floor.wall.Seconds(), faraway, m.real.cpu.Seconds(), m.floor.cpu.Seconds(),
			m.real.connectorCPU.Seconds(), m.floor.connectorCPU.Seconds(), row(m.real), row(m.floor),
			megabytes(m.real.worker), megabytes(m.floor.worker), megabytes(m.real.connector), megabytes(m.floor.connector))
	}
}

// printParts is the cost curve: requests of each part of a tenant, and the time that the connector's pages of it took.
// Pages are read side by side, so that the times are more than the clock's.
func (b *bench) printParts(w io.Writer) {
	fmt.Fprintln(w, "\n| users | "+strings.Join(parts(), " | ")+" |")
	fmt.Fprintln(w, "| ---: |"+strings.Repeat(" ---: |", len(parts())))
	for _, m := range b.measured {
		fmt.Fprintf(w, "| %s |", thousands(m.users))
		for _, part := range parts() {
			fmt.Fprintf(w, " %s requests, %.1f s |", thousands(m.traffic.parts[part]), float64(m.callsFor(part))/1e3)
		}
		fmt.Fprintln(w)
	}
}

// callsFor is the time of the SDK's calls for a part of the tenant, in milliseconds.
func (m measured) callsFor(part string) (total int64) {
	for call, took := range m.calls {
		if _, resourceType, found := strings.Cut(call, ":"); found && partOfCall(call, resourceType) == part {
			total += took
		}
	}
	return total
}

// partOfCall is the part that a call for a resource type is for.
func partOfCall(call, resourceType string) string {
	grants := strings.HasPrefix(call, "list-grants:")
	switch {
	case resourceType == "user":
		return partUsers
	case resourceType == "group" && grants:
		return partMemberships
	case resourceType == "group":
		return partGroups
	case resourceType == application && grants:
		return partAssignments
	case resourceType == application:
		return partApps
	}
	return partRest
}

// thousands writes a number with a comma at each thousand.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
