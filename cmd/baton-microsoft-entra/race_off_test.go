//go:build !race

package main_test

// raceFlags are none where the tests run without the race detector.
func raceFlags() []string { return nil }
