package process

import (
	"context"
	"crypto/sha256"
	"os"
	"time"

	"github.com/conductorone/baton-sdk/pkg/field"
	"github.com/spf13/viper"
	"go.uber.org/zap"
)

// watchEvery is how often the files are looked at.
const watchEvery = 30 * time.Second

// watch notices that a file was changed from which settings were read. It asks for size and time, and reads a file only
// if they differ, so that Kubernetes' way of putting a new link in the place of a file counts, and a mere touch does
// not. Settings are read once: the process says that it goes on with the old ones, and leaves it to people when it may
// be restarted, since a restart breaks off a sync that may have run for hours.
type watch struct {
	files []*watched
}

// watched is one file. A file that is away for a moment is taken for unchanged.
type watched struct {
	setting, path string
	seen          os.FileInfo
	sum           [sha256.Size]byte
}

// fileSettings are the settings that name a file to read.
func fileSettings(schema field.Configuration) []string {
	var names []string
	for _, f := range schema.Fields {
		if f.ConnectorConfig.FieldType == field.FileUpload {
			names = append(names, f.FieldName)
		}
	}
	return names
}

// newWatch remembers what the files hold now.
func newWatch(v *viper.Viper, settings []string) *watch {
	w := &watch{}
	w.add("configuration", v.ConfigFileUsed())
	for _, name := range settings {
		w.add(name, v.GetString(name))
	}
	return w
}

func (w *watch) add(setting, path string) {
	f := &watched{setting: setting, path: path}
	if path != "" && f.read() {
		w.files = append(w.files, f)
	}
}

// run looks at the files until the context ends.
func (w *watch) run(ctx context.Context, log *zap.Logger) {
	if len(w.files) == 0 {
		return
	}
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.look(log)
		case <-ctx.Done():
			return
		}
	}
}

// look warns of each file that has changed since the last look.
func (w *watch) look(log *zap.Logger) {
	for _, f := range w.files {
		if f.changed() {
			log.Warn("a file with settings has changed, and the old settings stay in use until the connector is restarted",
				zap.String("setting", f.setting), zap.String("path", f.path))
		}
	}
}

func (f *watched) changed() bool {
	info, err := os.Stat(f.path)
	if err != nil || (os.SameFile(info, f.seen) && info.Size() == f.seen.Size() && info.ModTime().Equal(f.seen.ModTime())) {
		return false
	}
	before := f.sum
	return f.read() && f.sum != before
}

// read takes down what the file holds, and reports whether that was possible.
func (f *watched) read() bool {
	info, err := os.Stat(f.path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return false
	}
	f.seen, f.sum = info, sha256.Sum256(text)
	return true
}
