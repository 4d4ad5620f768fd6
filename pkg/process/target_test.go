package process

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/conductorone/baton-sdk/pkg/connectorstore"
	"github.com/conductorone/baton-sdk/pkg/dotc1z"
	"github.com/conductorone/baton-sdk/pkg/dotc1z/c1zstore"
)

func TestHoldsFinishedSync_TellsASealedSyncFromAnOpenOne(t *testing.T) {
	for _, engine := range []c1zstore.Engine{c1zstore.EnginePebble, c1zstore.EngineSQLite} {
		for _, sealed := range []bool{true, false} {
			path := writeSync(t, engine, sealed)
			got, err := holdsFinishedSync(context.Background(), path, t.TempDir())
			if got != sealed || err != nil {
				t.Errorf("%s, sealed %v: got %v, %v", engine, sealed, got, err)
			}
		}
	}
}

func TestHoldsFinishedSync_NoFileIsNoSyncAndRubbishIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.c1z")
	if got, err := holdsFinishedSync(context.Background(), path, t.TempDir()); got || err != nil {
		t.Errorf("no file: got %v, %v", got, err)
	}
	for _, text := range []string{"", "rubbish", "C1Z3\x00\x00\x00\x00\xffcut off", "C1ZF\x00cut off"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := holdsFinishedSync(context.Background(), path, t.TempDir()); got || err == nil {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}

func TestResolve_EndsWithLinksThatGoRound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "round.c1z")
	if err := os.Symlink(path, path); err != nil {
		t.Fatal(err)
	}
	if _, err := findTarget(path); err == nil {
		t.Error("a link to itself was taken for a file")
	}
}

func writeSync(t *testing.T, engine c1zstore.Engine, sealed bool) string {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "sync.c1z")
	store, err := dotc1z.NewStore(ctx, path, dotc1z.WithEngine(engine), dotc1z.WithTmpDir(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.StartNewSync(ctx, connectorstore.SyncTypeFull, ""); err != nil {
		t.Fatal(err)
	}
	if sealed {
		if err := store.EndSync(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(ctx); err != nil {
		t.Fatal(err)
	}
	return path
}
