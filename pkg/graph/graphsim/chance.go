package graphsim

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
		return nil, fmt.Errorf("graphsim: %w", err)
	}
	return c, nil
}

// parseKind reads what goes wrong: cut, drop, answer-lost, stall, repeat-page, expired-page-token, html with an optional
// status, or a status. A 429 or 503 asks for a second, 429-fraction for half a second, 429-bare for nothing.
func parseKind(name string) (Fault, error) {
	bad := fmt.Errorf("fault %q is none of cut, drop, answer-lost, stall, repeat-page, expired-page-token, html, 429-bare, "+
		"429-fraction or a status from 400 to 599", name)
	if kind := FaultKind(name); slices.Contains([]FaultKind{Cut, Drop, AnswerLost, Stall, RepeatPage, ExpiredPageToken, HTMLBody}, kind) {
		return Fault{Kind: kind}, nil
	}
	number, html := strings.CutPrefix(name, string(HTMLBody))
	number, pause, _ := strings.Cut(number, "-")
	f := Fault{Kind: Status}
	var err error
	if f.Status, err = strconv.Atoi(number); err != nil || !f.Valid() {
		return f, bad
	}
	asks := f.Status == 429 || f.Status == 503
	switch {
	case html && pause == "" && f.Status >= 500:
		f.Kind = HTMLBody
	case html || pause != "" && !asks:
		return f, bad
	case asks && pause == "":
		f.RetryAfter = "1"
	case pause == "fraction":
		f.RetryAfter = "0.5"
	case pause != "" && pause != "bare":
		return f, bad
	}
	return f, nil
}
