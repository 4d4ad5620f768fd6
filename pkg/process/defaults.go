package process

import (
	"fmt"
	"strconv"

	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/spf13/cobra"
)

const (
	// defaultWorkers is how many lists a sync reads side by side. The SDK's default is one after the other. What a sync
	// waits for is the network, and a worker waits for one request at a time: "make bench" has 100 ms a request, where
	// sixteen workers leave two processors idle for a part of the time that the grants of 100,000 users take, and thirty-two
	// hardly do. Without any latency they gain nothing and take no more memory. What is too fast for the service behind is
	// slowed down by the connector's own pacing, which begins with half as many requests side by side. --task-concurrency
	// keeps the SDK's three: enough that a grant does not wait for a sync, and a second sync at the same time is the most
	// that memory has to be planned for.
	defaultWorkers = 32
	// defaultSessionCache is how many bytes the SDK keeps of what is in its session store: none. Its default is 15 MB, by its
	// own count, of which it takes three times as much, and it forgets a value after ten minutes. What is looked up in great
	// numbers is at hand anyway, see connector.KeptNotes, and the rest is asked for once a page.
	defaultSessionCache = 0
)

// setDefaults gives flags of the SDK another default, which --help shows, and which a variable, a file or the flag
// itself overrides.
func setDefaults(cmd *cobra.Command) error {
	for name, value := range map[string]int{workersFlag: defaultWorkers, field.ServerSessionStoreMaximumSizeField.FieldName: defaultSessionCache} {
		if err := setDefault(cmd, name, strconv.Itoa(value)); err != nil {
			return err
		}
	}
	return nil
}

func setDefault(cmd *cobra.Command, name, value string) error {
	flag := cmd.PersistentFlags().Lookup(name)
	if flag == nil {
		return fmt.Errorf("the SDK has no flag --%s", name)
	}
	flag.DefValue = value
	if flag.Changed { // a variable or a file has set it
		return nil
	}
	return flag.Value.Set(value)
}
