package graphsim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// chance draws random faults. The draws are one sequence for a seed, so a client that asks one thing after
// the other meets the same faults every time.
type chance struct {
	dice *dice
	odds []odd
}

type odd struct {
	fault Fault
	p     float64
}

// parseChance reads "429=0.02,cut=0.01": statuses from 400 on, cut, drop and html, each with a probability.
func parseChance(spec string, seed uint64) (*chance, error) {
	c := &chance{dice: newDice(seed, "faults")}
	total := 0.0
	for _, part := range strings.FieldsFunc(spec, func(r rune) bool { return r == ',' || r == ' ' }) {
		o, err := parseOdd(part)
		if err != nil {
			return nil, err
		}
		total += o.p
		c.odds = append(c.odds, o)
	}
	if total > 1 {
		return nil, fmt.Errorf("graphsim: the probabilities of faults %q add up to more than 1", spec)
	}
	return c, nil
}

func parseOdd(part string) (odd, error) {
	name, value, _ := strings.Cut(part, "=")
	p, err := strconv.ParseFloat(value, 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return odd{}, fmt.Errorf("graphsim: fault %q: the probability is a number from 0 to 1", part)
	}
	if kind := FaultKind(name); slices.Contains([]FaultKind{Cut, Drop, HTMLBody}, kind) {
		return odd{Fault{Kind: kind}, p}, nil
	}
	f := Fault{Kind: Status}
	if f.Status, err = strconv.Atoi(name); err != nil || !f.Valid() {
		return odd{}, fmt.Errorf("graphsim: fault %q is none of cut, drop, html or a status from 400 to 599", part)
	}
	if f.Status == 429 || f.Status == 503 {
		f.RetryAfter = "1"
	}
	return odd{f, p}, nil
}

// draw throws the dice for one request. Sign-in is spared: a lost token says nothing about a reader.
func (c *chance) draw(path string, item bool) *Fault {
	if len(c.odds) == 0 || !strings.HasPrefix(path, "/v1.0/") {
		return nil
	}
	x := c.dice.Float64()
	for _, o := range c.odds {
		if x -= o.p; x >= 0 {
			continue
		}
		if item && o.fault.breaksConnection() {
			return nil
		}
		f := o.fault
		return &f
	}
	return nil
}
