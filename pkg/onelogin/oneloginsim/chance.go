package oneloginsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// chance draws random faults. The draws are one sequence for a seed, so a client that asks one thing after the
// other meets the same faults every time.
type chance struct {
	dice *dice
	odds []odd
}

type odd struct {
	fault Fault
	p     float64
}

// parseChance reads "429=0.02,cut=0.01": kinds, each with a probability.
func parseChance(spec string, seed uint64) (*chance, error) {
	c := &chance{dice: newDice(seed, "faults")}
	total := 0.0
	for _, part := range strings.FieldsFunc(spec, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, value, _ := strings.Cut(part, "=")
		p, err := strconv.ParseFloat(value, 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("oneloginsim: fault %q: the probability is a number from 0 to 1", part)
		}
		f, err := parseKind(name)
		if err != nil {
			return nil, err
		}
		total += p
		c.odds = append(c.odds, odd{f, p})
	}
	if total > 1 {
		return nil, fmt.Errorf("oneloginsim: the probabilities of faults %q add up to more than 1", spec)
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
		return f, fmt.Errorf("oneloginsim: fault %q is none of cut, drop, answer-lost, stall, html or a status from 400 to 599", name)
	}
	if html {
		f.Kind = HTMLBody
	} else if f.Status == 429 {
		f.Reset = "1"
	}
	return f, nil
}

// draw throws the dice for one request. Sign-in is spared: a lost token says nothing about a reader.
func (c *chance) draw(path string) *Fault {
	if len(c.odds) == 0 || strings.HasPrefix(path, "/auth/") {
		return nil
	}
	x := c.dice.Float64()
	for _, o := range c.odds {
		if x -= o.p; x < 0 {
			f := o.fault
			return &f
		}
	}
	return nil
}
