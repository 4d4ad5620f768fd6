// Command canonical writes the JSON that it reads in one form, names sorted and indented, so that generated
// files can be compared as text: protojson varies its white space from build to build on purpose.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := rewrite(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "canonical:", err)
		os.Exit(1)
	}
}

func rewrite(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(in)
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
