package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

const row = "%-28s %12s %14s %15s %23s\n"

// printTable says what the file holds; derived is what grants are called that follow from others.
func printTable(w io.Writer, f found, derived string) {
	fmt.Fprintf(w, row, "resource type", "resources", "entitlements", "grants direct", derived)
	var total count
	for _, kind := range kindsOf(f) {
		printRow(w, kind, f[kind])
		total.add(f[kind])
	}
	printRow(w, "total", &total)
}

func printRow(w io.Writer, name string, c *count) {
	fmt.Fprintf(w, row, name, number(c.resources), number(c.entitlements), number(c.direct), number(c.derived))
}

func (c *count) add(d *count) {
	c.resources += d.resources
	c.entitlements += d.entitlements
	c.direct += d.direct
	c.derived += d.derived
}

// kindsOf are all resource types, sorted.
func kindsOf(counts ...found) []string {
	kinds := map[string]bool{}
	for _, f := range counts {
		for kind := range f {
			kinds[kind] = true
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

// printRoutes says how often each route was asked for.
func printRoutes(w io.Writer, service string, routes map[string]int) {
	fmt.Fprintf(w, "\nrequests to %s\n", service)
	for _, route := range slices.Sorted(maps.Keys(routes)) {
		fmt.Fprintf(w, "%8s  %s\n", number(routes[route]), route)
	}
}

// number writes a count with thousands apart.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
