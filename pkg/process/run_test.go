package process

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestRun_WritesAFileOfEitherEngine(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"pebble", "sqlite"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.writeOld()
			r := s.startAs("1", "", "-f", s.target, "--c1z-temp-dir", s.tmp, "--storage-engine", engine)
			r.wantExit(0)
			s.wantThings()
			s.wantClean()
			if info, err := os.Stat(s.target); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("the file's permissions changed: %v, %v", info, err)
			}
		})
	}
}

func TestRun_SaysTheConnectorsSentenceAndKeepsTheOldFile(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"pebble", "sqlite"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.writeOld()
			r := s.start("--storage-engine", engine)
			s.at(toyPages-1).answer(t, "fail")
			r.wantExit(7)
			r.wantLast(toyName + ": " + toySentence)
			s.wantOld()
			s.wantClean()
		})
	}
}

func TestRun_SaysWhatTheSettingsLack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.startAs("no-settings", s.control, "-f", s.target, "--c1z-temp-dir", s.tmp)
	r.wantExit(2)
	r.wantLast("a tenant is needed: set --tenant")
	s.wantClean()
}

func TestRun_SaysHowTheConnectorDied(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"crash", "exit"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.writeOld()
			r := s.start()
			s.at(1).answer(t, how)
			r.wantExit(1)
			r.wantLast("the sync ended unexpectedly (exit status 1); " + s.target + " is as it was")
			s.wantOld()
			s.wantClean()
		})
	}
}

func TestRun_SaysSomethingOfAPanicTheSDKRecovers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.writeOld()
	r := s.start()
	s.at(1).answer(t, "panic")
	r.wantExit(13)
	r.wantLast("Internal Server Error")
	s.wantOld()
	s.wantClean()
}

func TestRun_ReplacesWhatALinkPointsTo(t *testing.T) {
	t.Parallel()
	for _, old := range []bool{true, false} {
		s := newStage(t)
		link := filepath.Join(t.TempDir(), "link.c1z")
		if err := os.Symlink(s.target, link); err != nil {
			t.Fatal(err)
		}
		if old {
			s.writeOld()
		}
		s.startAs("1", "", "-f", link, "--c1z-temp-dir", s.tmp).wantExit(0)
		s.wantThings()
		s.wantClean()
		if got, err := os.Readlink(link); got != s.target {
			t.Errorf("the link reads %q, %v", got, err)
		}
	}
}

func TestRun_RefusesATargetBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.writeOld()
	cases := map[string][]string{
		"cannot write to nowhere/sync.c1z: no such":     {"-f", "nowhere/sync.c1z"},
		"cannot write to sync.c1z/sync.c1z: not a dire": {"-f", "sync.c1z/sync.c1z"},
		"it is there and not a file":                    {"-f", s.tmp},
		"temporary directory nowhere: no such file":     {"--c1z-temp-dir", "nowhere"},
		"sync.c1z is there, and --sync-resources writ":  {"--sync-resources", "bid:r:user/1"},
	}
	if runtime.GOOS == "linux" { // a directory in which root cannot write either
		cases["cannot write to /proc, where x.c1z is to go"] = []string{"-f", "/proc/x.c1z"}
	}
	for text, args := range cases {
		r := s.start(args...)
		r.wantExit(2)
		r.wantLast(text)
		s.wantClean()
	}
	if len(s.calls) > 0 {
		t.Error("the connector was asked")
	}
}

func TestRun_SaysThatTheTargetCannotBeReplaced(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.start()
	last := s.at(toyPages - 1)
	if err := os.Mkdir(s.target, 0o700); err != nil {
		t.Fatal(err)
	}
	last.answer(t, "go")
	r.wantExit(2)
	r.wantLast("cannot replace " + s.target)
	s.wantClean()
}

func TestRun_TwoSyncsIntoOneFileDoNotMeet(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first := s.start()
	firstAt := s.at(1)
	second := s.start()
	secondAt := s.at(1)
	firstAt.answer(t, "go")
	s.at(2).answer(t, "go")
	first.wantExit(0)
	s.wantThings()
	secondAt.answer(t, "go")
	s.at(2).answer(t, "go")
	second.wantExit(0)
	s.wantThings()
	s.wantClean()
}

func TestRun_LeavesOtherJobsToTheSDK(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	jobs := map[string][]string{
		"--storage-engine":          {"--help"},
		toyName + " version v1.2.3": {"--version"},
		"thing":                     {"capabilities"},
		"fields":                    {"config"},
		"bash completion":           {"completion", "bash"},
	}
	for want, args := range jobs {
		r := s.startAs("1", s.control, args...)
		r.wantExit(0)
		if !strings.Contains(r.output.String(), want) {
			t.Errorf("%v says:\n%s", args, r.output.String())
		}
		s.wantClean()
	}
}
