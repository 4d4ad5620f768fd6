package process

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/spf13/viper"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// mount is a directory as Kubernetes mounts a Secret: the files are links through a link that is exchanged.
type mount struct {
	t   *testing.T
	dir string
}

func (m mount) put(version, text string) {
	m.t.Helper()
	if err := os.Mkdir(filepath.Join(m.dir, version), 0o700); err != nil {
		m.t.Fatal(err)
	}
	writeFile(m.t, filepath.Join(m.dir, version, "tls.key"), text)
	next := filepath.Join(m.dir, "..next")
	if err := os.Symlink(version, next); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(m.dir, "..data")); err != nil {
		m.t.Fatal(err)
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWatch_WarnsOnceOfEachChange(t *testing.T) {
	t.Parallel()
	m := mount{t, t.TempDir()}
	m.put("v1", "key 1")
	key, config := filepath.Join(m.dir, "tls.key"), filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.Symlink(filepath.Join("..data", "tls.key"), key); err != nil {
		t.Fatal(err)
	}
	writeFile(t, config, "tenant: a\n")
	v := viper.New()
	v.SetConfigFile(config)
	v.Set("key", key)
	v.Set("certificate", filepath.Join(m.dir, "not there"))
	w := newWatch(v, []string{"key", "certificate", "not given"})
	core, logged := observer.New(zap.WarnLevel)
	look := func(step string, want ...string) {
		t.Helper()
		w.look(zap.New(core))
		var got []string
		for _, entry := range logged.TakeAll() {
			got = append(got, entry.ContextMap()["setting"].(string))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: warned of %v, want %v", step, got, want)
		}
	}
	look("nothing has happened")
	m.put("v2", "key 2")
	look("another version is mounted", "key")
	look("it was said")
	m.put("v3", "key 2")
	look("the same text in a new file")
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(config, later, later); err != nil {
		t.Fatal(err)
	}
	look("a touch")
	writeFile(t, config, "tenant: b\n")
	look("the same length", "configuration")
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	look("it is away")
	writeFile(t, config, "tenant: c\n")
	look("and back", "configuration")
}

func TestFileSettings_AreThoseThatNameAFile(t *testing.T) {
	t.Parallel()
	schema := field.NewConfiguration([]field.SchemaField{
		field.StringField("tenant"), field.FileUploadField("key", []string{".pem"}), field.BoolField("quick"),
	})
	if got := fileSettings(schema); !slices.Equal(got, []string{"key"}) {
		t.Errorf("got %v", got)
	}
}
