package onelogin

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

func TestIDsComeAsNumbersTextsAndNothing(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]ID{`12`: "12", `"12"`: "12", `" 12 "`: "12", `null`: "", `0`: "", `""`: "", `9007199254740993`: "9007199254740993", `"a-b"`: "a-b"} {
		var got ID
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s is read as %q, %v", in, got, err)
		}
	}
	for _, in := range []string{`true`, `{}`, `[]`, `1.5`, `-3`, `1e3`} {
		var got ID
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s is read as the id %q", in, got)
		}
	}
}

func TestTimesComeInEveryForm(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for in, want := range map[string]time.Time{
		`"2024-05-06T07:08:09Z"`: at, `"2024-05-06T07:08:09.000Z"`: at, `"2024-05-06T09:08:09+02:00"`: at, `"2024-05-06T07:08:09"`: at,
		`"2024-05-06 07:08:09 UTC"`: at, `"2024-05-06 07:08:09"`: at, `"2024-05-06"`: at.Truncate(24 * time.Hour),
		`null`: {}, `""`: {}, `"2000-01-01T00:00:00Z"`: {}, `"0000-00-00"`: {}, `"1999-12-31"`: {},
	} {
		var got Time
		if err := json.Unmarshal([]byte(in), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s is read as %v, %v", in, got, err)
		}
	}
	for _, in := range []string{`"yesterday"`, `7`, `{}`} {
		var got Time
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s is read as %v", in, got)
		}
	}
}

func TestCustomAttributesComeAsTexts(t *testing.T) {
	t.Parallel()
	var got Attributes
	if err := json.Unmarshal([]byte(`{"a":"x","b":null,"c":7,"d":true}`), &got); err != nil {
		t.Fatal(err)
	}
	if *got["a"] != "x" || got["b"] != nil || *got["c"] != "7" || *got["d"] != "true" || len(got) != 4 {
		t.Errorf("%v", got)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"acme", "acme.onelogin.com", "https://acme.onelogin.com/", " ACME ", "https://acme.onelogin.com"} {
		if got, err := Address(in); err != nil || got.String() != "https://acme.onelogin.com" {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "acme.example.com", "http://acme.onelogin.com", "acme/x", "a.b", "-acme", "acme.onelogin.com.evil.example", "https://user@acme.onelogin.com", "acme:8080"} {
		if got, err := Address(in); !errors.Is(err, ErrNoAddress) {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	if got, err := RegionalAddress("eu"); err != nil || got.String() != "https://api.eu.onelogin.com" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := RegionalAddress("mars"); !errors.Is(err, ErrNoAddress) {
		t.Errorf("%v", err)
	}
}

func FuzzLoose(f *testing.F) {
	for _, seed := range []string{`1`, `"x"`, `null`, `"2024-05-06 07:08:09 UTC"`, `-0`, `1e400`, `"\ud800"`, `{"a":[1,{}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var id ID
		if err := json.Unmarshal(in, &id); err != nil && id != "" {
			t.Errorf("%q: the id %q beside %v", in, id, err)
		}
		var at Time
		if err := json.Unmarshal(in, &at); err == nil && !at.IsZero() && at.Before(earliest()) {
			t.Errorf("%q: %v, which is never", in, at)
		}
		var attributes Attributes
		_ = json.Unmarshal(in, &attributes) // must not panic
	})
}

func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`[{"id":1,"status":1,"custom_attributes":{"a":1}}]`, `{"status":{"error":false},"data":[{"id":"2"}]}`, `{"status":null,"data":[null]}`,
		`[{"id":null}]`, `null`, `[null]`, `{"id":3,"last_login":"2000-01-01"}`, `[{"id":1},{"id":2}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		rows, err := decodeRows[User](body)
		if err != nil && rows != nil || err == nil && rows == nil {
			t.Errorf("%q: %d rows beside %v", body, len(rows), err)
		}
		for _, u := range rows {
			if u.ID == "" {
				t.Errorf("%q: a row without an id", body)
			}
		}
		if u, err := decodeOne[User](body); (u.ID == "") != (err != nil) {
			t.Errorf("%q: the user %q beside %v", body, u.ID, err)
		}
	})
}

func FuzzExplain(f *testing.F) {
	for _, seed := range []string{
		`{"status":{"error":true,"code":400,"type":"bad request","message":{"a":"b"}}}`, `{"message":"m","name":"NotFoundError","statusCode":404,"field":"f"}`,
		`{"status":400,"error":"BadRequestError","description":"d"}`, `{"code":422,"message":"Validation Failed","errors":[{"field":"f","message":["m"]}]}`, `<html>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		kind, message := explain(body)
		for _, words := range []string{kind, message} {
			if n := len([]rune(words)); n > maxMessage+1 {
				t.Errorf("%d characters go into an error", n)
			}
		}
	})
}
