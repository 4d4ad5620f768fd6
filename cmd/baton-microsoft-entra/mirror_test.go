package main_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/conductorone/baton-microsoft-entra/cmd/internal/servicekit"
	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

// mirror stands between the program and the tenant. It overhears what the program proves itself with, and
// plants secrets in the answers, where Graph could have them and the tenant has none.
type mirror struct {
	server *httptest.Server
	target *url.URL

	mu     sync.Mutex
	heard  map[string]bool
	plants int
}

// What is planted: the text of client secrets, the material of keys, and a header.
const (
	plantedSecret = "canary.secret-text_of~a.credential"
	plantedHeader = "canary-of-a-header"
)

func plantedKey() string {
	return base64.StdEncoding.EncodeToString([]byte("canary: the material of a key of some length"))
}

func startMirror(t *testing.T, sim *graphsim.Server) *mirror {
	t.Helper()
	target, err := url.Parse(sim.URL())
	if err != nil {
		t.Fatal(err)
	}
	m := &mirror{target: target, heard: map[string]bool{plantedSecret: true, plantedHeader: true, plantedKey(): true}}
	m.server = httptest.NewTLSServer(&httputil.ReverseProxy{
		Transport: sim.Client().Transport, Rewrite: m.forward, ModifyResponse: m.plant, ErrorLog: log.New(io.Discard, "", 0),
	})
	t.Cleanup(m.server.Close)
	return m
}

// forward hands a request on. Its Host stays, so that the links of the answer lead back here.
func (m *mirror) forward(r *httputil.ProxyRequest) {
	body, err := io.ReadAll(r.In.Body)
	if err != nil {
		body = nil // the tenant will say that something is missing
	}
	r.Out.Body = io.NopCloser(bytes.NewReader(body))
	r.Out.Header.Del("Accept-Encoding") // the transport then unpacks the answer
	r.Out.URL.Scheme, r.Out.URL.Host = m.target.Scheme, m.target.Host
	m.hear(strings.TrimPrefix(r.In.Header.Get("Authorization"), "Bearer "))
	if form, err := url.ParseQuery(string(body)); err == nil {
		m.hear(form.Get("client_secret"))
		m.hear(form.Get("client_assertion"))
	}
}

// hear remembers a secret, and of what is signed the signature too.
func (m *mirror) hear(secret string) {
	if secret == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard[secret] = true
	if parts := strings.Split(secret, "."); len(parts) == 3 && len(parts[2]) > 20 {
		m.heard[parts[2]] = true
	}
}

// plant puts secrets into an answer.
func (m *mirror) plant(r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for empty, full := range map[string]string{`"secretText":null`: `"secretText":"` + plantedSecret + `"`, `"key":null`: `"key":"` + plantedKey() + `"`} {
		m.plants += bytes.Count(body, []byte(empty))
		body = bytes.ReplaceAll(body, []byte(empty), []byte(full))
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	r.Header.Set("X-Canary", plantedHeader)
	return nil
}

// secrets are all that have passed.
func (m *mirror) secrets() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Keys(m.heard))
}

// planted is how many secrets were put into rows.
func (m *mirror) planted() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.plants
}

// lead returns the stage with the mirror in the place of the tenant.
func (m *mirror) lead(s *servicekit.Stage) *servicekit.Stage {
	s.T.Helper()
	file := filepath.Join(s.T.TempDir(), "mirror.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: m.server.Certificate().Raw})
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		s.T.Fatal(err)
	}
	return s.With(map[string]string{"BATON_BASE_URL": m.server.URL, "BATON_AUTHORITY_HOST": m.server.URL, "SSL_CERT_FILE": file})
}
