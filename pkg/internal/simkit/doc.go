// Package simkit is what more than one simulator needs and none of them simulates: a door on loopback with a certificate of
// its own, the faults that wait for a request, and the requests that arrived. It knows no service: wire shapes stay with
// the simulator that owns them.
package simkit
