package process

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// statusText is how a gRPC status spells itself, at every level where one was wrapped in another.
var statusText = regexp.MustCompile(`rpc error: code = (?:Code\(\d+\)|\w+) desc = `)

// wrapping is what the SDK puts before an error on its way from the connector to main. It says which call of the SDK's
// own was under way, and nothing that the rest does not say.
var wrapping = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`runner: error processing task`,
	`runner: error creating connector client`,
	`error: listing [^:]+ failed`,
	`error: listing grants for resource \S+ failed`,
	`sync: error running sync`,
	`sync-grants-for-resource(?:: error listing grants)?`,
	`sync-entitlements(?:: error listing entitlements)?`,
	`validate failed`,
	`failed to validate config`,
	`failed to make configuration`,
	`failed to unmarshal config`,
	`\d+ error\(s\) decoding`,
	`error`,
}, `|`) + `):(?: |$)`)

// undecoded is how the SDK names a setting whose value it cannot read, like a file that is not there.
var undecoded = regexp.MustCompile(`^\* error decoding '([^']+)': `)

// sentence is the error as one line for people: without the spellings of gRPC, without the SDK's wrapping and without
// the program's own name in front. Errors that were joined stand side by side, each once; those of workers that were
// stopped because another had failed only stand where there is no other.
func sentence(name string, err error) string {
	var parts, stopped []string
	for line := range strings.Lines(err.Error()) {
		part := unwrap(name, line)
		switch {
		case part == "" || slices.Contains(parts, part):
		case strings.HasSuffix(part, context.Canceled.Error()):
			stopped = []string{part}
		default:
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		parts = stopped
	}
	return strings.Join(parts, "; ")
}

func unwrap(name, line string) string {
	line = strings.TrimSpace(statusText.ReplaceAllString(line, ""))
	line = undecoded.ReplaceAllString(line, "--$1: ")
	for {
		rest := strings.TrimPrefix(wrapping.ReplaceAllString(line, ""), name+": ")
		if rest == line {
			return line
		}
		line = rest
	}
}
