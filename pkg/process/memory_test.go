package process

import (
	"runtime/debug"
	"testing"
)

func TestLimitMemory_LeavesALimitOfTheEnvironmentAlone(t *testing.T) {
	before := debug.SetMemoryLimit(-1) // which only tells
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	t.Setenv(memoryVariable, "1GiB")
	limitMemory()
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("the limit is %d, want %d as before", got, before)
	}
	t.Setenv(memoryVariable, "")
	limitMemory()
	if got := debug.SetMemoryLimit(-1); got != connectorMemory {
		t.Errorf("the limit is %d, want %d", got, connectorMemory)
	}
}
