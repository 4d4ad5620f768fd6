package entra

import (
	"strings"
	"testing"
)

// A note that cannot be read is an error: the object would look as if it were gone, and its rights with it.
func TestRecall_FailsAtWhatItCannotRead(t *testing.T) {
	for name, value := range map[string]string{"empty": "", "too short": "u", "too long": "u\x00\x00", "of no type": "?\x00"} {
		session := newFakeSession()
		o := attrs(session, "")
		if err := remember(t.Context(), o, map[string]object{"a": {resourceType: typeUser, mark: fromOnPremises}}); err != nil {
			t.Fatal(err)
		}
		got, err := recall(t.Context(), o, []string{"a", "b", "a"})
		if err != nil || len(got) != 1 || got["a"] != (object{typeUser, fromOnPremises}) {
			t.Errorf("%v, %v", got, err)
		}
		session.held[prefixKind+"b"] = []byte(value)
		if got, err := recall(t.Context(), o, []string{"a", "b"}); err == nil || !strings.Contains(err.Error(), "of b cannot be read") {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
