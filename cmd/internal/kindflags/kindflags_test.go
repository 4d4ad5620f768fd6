package kindflags

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func declared() (set *Set, one *flag.FlagSet, size *int) {
	set = New()
	size = set.Group("For both:").Int("size", 7, "how `many`")
	one = set.Group("For one:")
	one.Bool("odd", false, "awkward")
	one.Int("third", 3, "another")
	return set, one, size
}

func TestSet_RefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	set, one, size := declared()
	if err := set.Parse([]string{"--third", "4", "--size=8", "--odd"}); err != nil || *size != 8 {
		t.Fatalf("%v, size %d", err, *size)
	}
	if err := set.Refuse(one, "not here"); err == nil || err.Error() != "--odd, --third: not here" {
		t.Errorf("refused: %v", err)
	}
	set, one, size = declared()
	if err := set.Parse(nil); err != nil || *size != 7 || set.Refuse(one, "not here") != nil || set.Given("size") {
		t.Errorf("nothing was given: %v, size %d", err, *size)
	}
}

func TestSet_TellsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for arg, says := range map[string]string{"--nope": "-nope", "--size=many": "many", "stray": `"stray"`} {
		set, _, _ := declared()
		if err := set.Parse([]string{arg}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", arg, err)
		}
	}
}

func TestSet_HelpHasEveryGroup(t *testing.T) {
	t.Parallel()
	set, _, _ := declared()
	if err := set.Parse([]string{"-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	var help strings.Builder
	set.Help(&help)
	for _, want := range []string{"For both:\n  -size many\n", "(default 7)", "For one:\n  -odd\n", "  -third int\n"} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("no %q in\n%s", want, &help)
		}
	}
}

func TestSizes_TurnsNoneIntoMinusOne(t *testing.T) {
	t.Parallel()
	none, some, less := 0, 3, -2
	if err := Sizes(&none, &some); err != nil || none != -1 || some != 3 {
		t.Errorf("%v, %d, %d", err, none, some)
	}
	if err := Sizes(&some, &less); err == nil {
		t.Error("less than none was taken")
	}
}
