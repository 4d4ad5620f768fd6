package process

import (
	"os"
	"runtime/debug"
)

const (
	// connectorMemory is what the connector's process keeps its memory below as long as it can, bytes: what it needs for
	// the pages that are under way is half of that, and does not grow with the directory. Without a limit the collector
	// lets garbage pile up when the machine is busy. Should more be needed for once, it costs time, and no more than half.
	connectorMemory = 64 << 20
	// memoryVariable is Go's own, which takes the place of that.
	memoryVariable = "GOMEMLIMIT"
)

// limitMemory sets the limit of the connector's process, where nobody else has.
func limitMemory() {
	if os.Getenv(memoryVariable) == "" {
		debug.SetMemoryLimit(connectorMemory)
	}
}
