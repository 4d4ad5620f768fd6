package process

import (
	"fmt"
	"strconv"

	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/spf13/cobra"
)

const (
	// defaultWorkers is how many lists a sync reads side by side. The SDK's default is one after the other. What a sync
	// waits for is the network: with 2 ms a call and 5,000 groups, four workers took 7.2 s where one took 17.7, and no more
	// memory; without any latency they gain nothing and take 120 MB more. What is too fast for the service behind is slowed
	// down by the connector's own pacing. --task-concurrency keeps the SDK's three: enough that a grant does not wait for a
	// sync, and a second sync at the same time is the most that memory has to be planned for.
	defaultWorkers = 4
	// defaultSessionCache is how many bytes the SDK keeps of what is in its session store, by its own count, a third of what
	// they take. Its default is 15 MB. The values that are looked up in great numbers are at hand anyway, see
	// connector.ShortNotes, and this is for the others.
	defaultSessionCache = 2 << 20
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
