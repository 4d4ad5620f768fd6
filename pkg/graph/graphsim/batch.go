package graphsim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxBatch is how many requests a $batch may carry.
const maxBatch = 20

// batchItem is one request of a $batch.
type batchItem struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

// batchAnswer is one answer: the envelope is 200 even where all of them failed.
type batchAnswer struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// batch answers a $batch. Each item is metered alone, and the answers come in another order than the requests.
func (s *Server) batch(c *call) (*reply, error) {
	if c.method != http.MethodPost {
		return nil, wrongMethod(c.method)
	}
	if err := checkWritten(c); err != nil {
		return nil, err
	}
	var envelope struct {
		Requests []batchItem `json:"requests"`
	}
	if err := json.Unmarshal(c.body, &envelope); err != nil {
		return nil, badRequest("The body of $batch is not a batch.")
	}
	if err := checkBatch(envelope.Requests); err != nil {
		return nil, err
	}
	answers := make([]batchAnswer, 0, len(envelope.Requests))
	for _, item := range envelope.Requests {
		answers = append(answers, s.batchItem(c, item))
	}
	newDice(s.options.Seed, string(c.body)).Shuffle(len(answers), func(i, j int) {
		answers[i], answers[j] = answers[j], answers[i]
	})
	return jsonReply(http.StatusOK, map[string]any{"responses": answers})
}

func checkBatch(items []batchItem) error {
	if len(items) == 0 || len(items) > maxBatch {
		return badRequest("A batch carries 1 to %d requests, not %d.", maxBatch, len(items))
	}
	seen := map[string]bool{}
	for _, item := range items {
		id := strings.ToLower(item.ID)
		switch {
		case id == "" || seen[id]:
			return badRequest("Request id '%s' is empty or not unique in the batch.", item.ID)
		case item.Method == "" || !isRelative(item.URL):
			return badRequest("Request '%s' needs a method and a url relative to the version.", item.ID)
		case len(item.DependsOn) > 0:
			return badRequest("dependsOn is not served by this simulated tenant.")
		}
		if err := item.checkBody(); err != nil {
			return err
		}
		seen[id] = true
	}
	return nil
}

func isRelative(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Path != "" && u.Scheme == "" && u.Host == ""
}

// checkBody refuses, with the whole batch, a body without its type and a write without a body. The name of the
// header has one spelling.
func (i *batchItem) checkBody() error {
	write := slices.Contains([]string{http.MethodPost, http.MethodPatch, http.MethodPut}, i.Method)
	if hasBody := len(i.Body) > 0; (hasBody || write) && i.Headers["Content-Type"] == "" || write && !hasBody {
		return &refusal{status: http.StatusBadRequest, code: "BadRequest",
			message: fmt.Sprintf("Write request id : %s does not contain Content-Type header or body.", i.ID)}
	}
	return nil
}

// batchItem answers one item through the same door as a request of its own. Headers of the envelope, but
// for Authorization, do not count for it.
func (s *Server) batchItem(outer *call, item batchItem) batchAnswer {
	path, query, _ := strings.Cut(strings.TrimPrefix(item.URL, "/"), "?")
	c := &call{method: item.Method, host: outer.host, path: "/v1.0/" + path, rawQuery: query, header: http.Header{}, body: item.Body}
	for name, value := range item.Headers {
		c.header.Set(name, value)
	}
	c.header.Set("Authorization", outer.header.Get("Authorization"))
	c.fault = s.takeFault(c, true)
	answer := s.answer(c)
	outer.units += c.units
	return batchAnswer{ID: item.ID, Status: answer.status, Headers: itemHeaders(answer), Body: answer.body}
}

func itemHeaders(answer *reply) map[string]string {
	out := map[string]string{}
	if len(answer.body) > 0 {
		out["Content-Type"] = cmp.Or(answer.contentType, "application/json")
	}
	for name, values := range answer.header {
		out[name] = strings.Join(values, ", ")
	}
	return out
}
