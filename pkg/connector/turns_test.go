package connector

import (
	"context"
	"testing"
)

func TestTurns_AreForgottenAndEndWithTheContext(t *testing.T) {
	var all Turns
	giveBack, err := all.Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := all.Take(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := all.Take(ended, "a"); err == nil {
		t.Error("two have the turn")
	}
	giveBack()
	other()
	if again, err := all.Take(t.Context(), "a"); err != nil {
		t.Error(err)
	} else {
		again()
	}
	if n := all.Held(); n != 0 {
		t.Errorf("%d objects are remembered", n)
	}
}
