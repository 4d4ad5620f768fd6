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

// parseChance reads "429=0.02,cut=0.01": kinds, each with a probability.
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
	f, err := parseKind(name)
	return odd{f, p}, err
}

// parseKind reads what goes wrong: cut, drop, answer-lost, stall, repeat-page, expired-page-token, html with an optional
// status, or a status. A 429 or 503 asks for a second, 429-fraction for half a second, 429-bare for nothing.
func parseKind(name string) (Fault, error) {
	bad := fmt.Errorf("graphsim: fault %q is none of cut, drop, answer-lost, stall, repeat-page, expired-page-token, html, 429-bare, "+
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

// draw throws the dice for one request. Sign-in is spared: a lost token says nothing about a reader.
func (c *chance) draw(path string, item bool) *Fault {
	if len(c.odds) == 0 || !strings.HasPrefix(path, "/v1.0/") && !strings.HasPrefix(path, "/adminapi/") {
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
