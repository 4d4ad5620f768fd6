package conductoronesim

import (
	"crypto/sha256"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/ksuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/anypb"

	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// greeted is a service and a stranger that has said Hello as "pod".
func greeted(t *testing.T, o Options) (*Server, *stranger) {
	t.Helper()
	s := Start(t, o)
	c := newStranger(t, s)
	if err := c.hello("pod", ""); err != nil {
		t.Fatal(err)
	}
	return s, c
}

// wantViolation checks the code of an answer and that it brought one violation with these words.
func wantViolation(t *testing.T, s *Server, err error, code codes.Code, words string) {
	t.Helper()
	wantCode(t, err, code)
	all := s.Violations()
	if len(all) == 0 || !strings.Contains(all[len(all)-1], words) {
		t.Errorf("violations %q, want %q", all, words)
	}
}

func TestRules_HelloComesFirst(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	c := newStranger(t, s)
	_, err := c.GetTask(t.Context(), v1.BatonServiceGetTaskRequest_builder{HostId: "pod"}.Build())
	wantViolation(t, s, err, codes.FailedPrecondition, "has not said Hello")
}

func TestRules_Messages(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	_, err := c.GetTask(t.Context(), &v1.BatonServiceGetTaskRequest{})
	wantViolation(t, s, err, codes.InvalidArgument, "HostId")
	_, err = c.GetTasks(t.Context(), v1.BatonServiceGetTasksRequest_builder{HostId: "pod"}.Build())
	wantViolation(t, s, err, codes.InvalidArgument, "PageSize")
	_, err = c.heartbeat("pod", "short")
	wantViolation(t, s, err, codes.InvalidArgument, "TaskId")
	_, err = c.FinishTask(t.Context(), v1.BatonServiceFinishTaskRequest_builder{HostId: "pod", TaskId: ksuid.New().String()}.Build())
	wantViolation(t, s, err, codes.InvalidArgument, "FinalState")
	_, err = c.StartDebugging(t.Context(), &v1.StartDebuggingRequest{})
	wantCode(t, err, codes.Unimplemented)
}

func TestRules_Tasks(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	nobody := ksuid.New().String()
	wantViolation(t, s, c.finish("pod", nobody), codes.FailedPrecondition, "does not exist")
	_, err := c.heartbeat("pod", nobody)
	wantViolation(t, s, err, codes.NotFound, "does not exist")
	wantViolation(t, s, c.hello("pod", nobody), codes.NotFound, "does not exist")

	waiting := s.Hand(EventFeeds())
	wantViolation(t, s, c.finish("pod", waiting), codes.FailedPrecondition, "not with host pod")
	if got := c.take("pod"); got != waiting {
		t.Fatalf("took %q", got)
	}
	wantViolation(t, s, c.finish("other", waiting), codes.FailedPrecondition, "not with host other")
	wantViolation(t, s, c.hello("pod", waiting), codes.InvalidArgument, "ends with FinishTask")
	if err := c.finish("pod", waiting); err != nil {
		t.Error(err)
	}
	wantViolation(t, s, c.finish("pod", waiting), codes.FailedPrecondition, "reported it already")

	s.Hand(Hello())
	hello := c.take("pod")
	wantViolation(t, s, c.finish("pod", hello), codes.InvalidArgument, "ends with Hello")
	if err := c.hello("pod", hello); err != nil {
		t.Error(err)
	}
}

func TestRules_Reports(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	id := s.Hand(FullSync(SyncOptions{}))
	c.take("pod")
	wantViolation(t, s, c.finish("pod", id), codes.InvalidArgument, "without an upload")
	report := func(b v1.BatonServiceFinishTaskRequest_builder) error {
		b.HostId, b.TaskId = "pod", id
		_, err := c.FinishTask(t.Context(), b.Build())
		return err
	}
	failed := &v1.BatonServiceFinishTaskRequest_Error{}
	wantViolation(t, s, report(v1.BatonServiceFinishTaskRequest_builder{Error: failed}), codes.InvalidArgument, "code of success")
	odd := v1.BatonServiceFinishTaskRequest_Error_builder{Response: &anypb.Any{TypeUrl: "type.googleapis.com/no.Such"}}.Build()
	broken := &rpcstatus.Status{Code: int32(codes.Internal)}
	wantViolation(t, s, report(v1.BatonServiceFinishTaskRequest_builder{Error: odd, Status: broken}), codes.InvalidArgument, "not readable")

	foreign, err := newVault()
	if err != nil {
		t.Fatal(err)
	}
	for words, secret := range map[string]*v2.EncryptedData{
		"not to the vault's": v2.EncryptedData_builder{Provider: jwkProvider, KeyIds: []string{foreign.keyID}}.Build(),
		"not base64":         v2.EncryptedData_builder{Provider: jwkProvider, KeyIds: []string{s.vault.keyID}, EncryptedBytes: []byte("?")}.Build(),
		"no JWE":             v2.EncryptedData_builder{Provider: jwkProvider, KeyIds: []string{s.vault.keyID}, EncryptedBytes: []byte("eHh4")}.Build(),
	} {
		response, err := anypb.New(v2.RotateCredentialResponse_builder{EncryptedData: []*v2.EncryptedData{secret}}.Build())
		if err != nil {
			t.Fatal(err)
		}
		good := v1.BatonServiceFinishTaskRequest_Error_builder{Response: response}.Build()
		wantViolation(t, s, report(v1.BatonServiceFinishTaskRequest_builder{Error: good, Status: broken}), codes.InvalidArgument, words)
	}
}

func TestRules_Uploads(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	id := s.Hand(FullSync(SyncOptions{}))
	feeds := s.Hand(EventFeeds())
	c.take("pod")
	c.take("pod")
	meta := func(host, task string) *v1.BatonServiceUploadAssetRequest {
		return v1.BatonServiceUploadAssetRequest_builder{
			Metadata: v1.BatonServiceUploadAssetRequest_UploadMetadata_builder{HostId: host, TaskId: task}.Build()}.Build()
	}
	data := func(text string) *v1.BatonServiceUploadAssetRequest {
		return v1.BatonServiceUploadAssetRequest_builder{
			Data: v1.BatonServiceUploadAssetRequest_UploadData_builder{Data: []byte(text)}.Build()}.Build()
	}
	end := func(text string) *v1.BatonServiceUploadAssetRequest {
		sum := sha256.Sum256([]byte(text))
		return v1.BatonServiceUploadAssetRequest_builder{
			Eof: v1.BatonServiceUploadAssetRequest_UploadEOF_builder{Sha256Checksum: sum[:]}.Build()}.Build()
	}
	for words, messages := range map[string][]*v1.BatonServiceUploadAssetRequest{
		"begin with its metadata": {data("x"), end("x")},
		"not with host other":     {meta("other", id), data("x"), end("x")},
		"does not exist":          {meta("pod", ksuid.New().String()), data("x"), end("x")},
		"nothing to upload":       {meta("pod", feeds), data("x"), end("x")},
		"metadata twice":          {meta("pod", id), meta("pod", id)},
		"without its sum":         {meta("pod", id), data("x")},
		"behind its sum":          {meta("pod", id), data("x"), end("x"), data("y")},
		"sum that it claims":      {meta("pod", id), data("x"), end("y")},
		"does not open":           {meta("pod", id), data("x"), end("x")},
		"Sha256Checksum":          {meta("pod", id), v1.BatonServiceUploadAssetRequest_builder{Eof: &v1.BatonServiceUploadAssetRequest_UploadEOF{}}.Build()},
		"breaks a rule":           {meta("pod", id), &v1.BatonServiceUploadAssetRequest{}},
	} {
		before := len(s.Violations())
		err := c.upload(messages...)
		if violations := s.Violations()[before:]; err == nil || len(violations) != 1 || !strings.Contains(violations[0], words) {
			t.Errorf("%s: %v, %q", words, err, violations)
		}
	}
	left, err := os.ReadDir(s.options.Dir)
	if err != nil || len(left) != 0 || len(s.Uploads()) != 0 {
		t.Errorf("left over: %v %v %v", left, err, s.Uploads())
	}
}

// TestHand_RefusesWhatCannotBe: a task that cannot be made has failed by the time that it has an id.
func TestHand_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	for name, task := range map[string]Task{
		"no task":          {},
		"kind of password": CreateAccount("user", nil, "odd"),
		"profile":          CreateAccount("user", map[string]any{"x": make(chan int)}, NoPassword),
		"rotation":         RotateCredentials(thingID(1), "odd"),
		"kind of secret":   IssueCredential(thingID(1), "secret", "odd", time.Time{}),
		"arguments":        InvokeAction("x", "", map[string]any{"x": make(chan int)}),
		"engine":           FullSync(SyncOptions{StorageEngine: "paper"}),
	} {
		if r := result(t, s, task); r.Status != codes.InvalidArgument || r.Message == "" || r.HandedOut != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if got := c.take("pod"); got != "" {
		t.Errorf("task %s was handed out", got)
	}
}

// TestHand_SecretsTravelUnderTheVaultsKey: what a connector needs to issue a credential is in the task.
func TestHand_SecretsTravelUnderTheVaultsKey(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	for _, kind := range []string{"api_key", "keypair", "token", "client_secret"} {
		s.Hand(IssueCredential(thingID(1), "secret", kind, time.Now()))
		out, err := c.GetTask(t.Context(), v1.BatonServiceGetTaskRequest_builder{HostId: "pod"}.Build())
		if err != nil {
			t.Fatal(err)
		}
		issue := out.GetTask().GetIssueCredential()
		if !issue.GetCredentialOptions().HasOptions() || !issue.HasExpiresAt() || len(issue.GetEncryptionConfigs()) != 1 ||
			issue.GetEncryptionConfigs()[0].GetKeyId() != s.vault.keyID {
			t.Errorf("%s: %v", kind, issue)
		}
	}
}

// TestParseTask reads the JSON of the protocol, and adds what the vault adds.
func TestParseTask(t *testing.T) {
	t.Parallel()
	s, c := greeted(t, Options{})
	for _, text := range []string{``, `{}`, `{"sync_full":`, `{"sync":{}}`, `{"none":1}`} {
		if _, err := ParseTask([]byte(text)); err == nil {
			t.Errorf("%q is a task", text)
		}
	}
	task, err := ParseTask([]byte(`{"rotate_credentials":{"resource_id":{"resource_type":"thing","resource":"1"},"credential_options":{"no_password":{}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	first, second := s.Hand(task), s.Hand(task)
	out, err := c.GetTask(t.Context(), v1.BatonServiceGetTaskRequest_builder{HostId: "pod"}.Build())
	if err != nil || first == second || out.GetTask().GetId() != first || len(out.GetTask().GetRotateCredentials().GetEncryptionConfigs()) != 1 {
		t.Errorf("%v: %v", err, out)
	}
}
