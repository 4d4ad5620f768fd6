package oneloginsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/internal/simkit"
)

// chance are the faults of Options.Faults.
func (o Options) chance() (*simkit.Chance[Fault], error) {
	c, err := simkit.ParseChance(o.Faults, newDice(o.FaultSeed, "faults").Float64, parseKind)
	if err != nil {
		return nil, fmt.Errorf("oneloginsim: %w", err)
	}
	return c, nil
}

// parseKind reads what goes wrong: cut, drop, answer-lost, stall, html with an optional status, or a status. A 429
// tells in how many seconds to come again: 1.
func parseKind(name string) (Fault, error) {
	if kind := FaultKind(name); slices.Contains([]FaultKind{Cut, Drop, AnswerLost, Stall, HTMLBody}, kind) {
		return Fault{Kind: kind}, nil
	}
	number, html := strings.CutPrefix(name, string(HTMLBody))
	f := Fault{Kind: Status}
	var err error
	if f.Status, err = strconv.Atoi(number); err != nil || !f.Valid() {
		return f, fmt.Errorf("fault %q is none of cut, drop, answer-lost, stall, html or a status from 400 to 599", name)
	}
	if html {
		f.Kind = HTMLBody
	} else if f.Status == 429 {
		f.Reset = "1"
	}
	return f, nil
}
