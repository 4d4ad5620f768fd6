//go:build race

package main_test

// raceFlags puts the race detector into the program too where the tests have it: a race then makes a run fail.
func raceFlags() []string { return []string{"-race"} }
