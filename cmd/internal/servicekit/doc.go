// Package servicekit holds the program of a connector to what every connector promises: it is built once, as people have
// it, without the race detector, started with an environment that holds nothing but what a test gives it, between a
// simulated directory and a simulated ConductorOne, and judged by its exit code, its words, its files and its requests.
//
// It knows no vendor. A program describes itself and its directory with a Connector, and Run holds it to the tests that
// all programs share; what is one program's alone is tested beside its main.go, with the same Stage and Service.
package servicekit
