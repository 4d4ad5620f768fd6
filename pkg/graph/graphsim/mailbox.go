package graphsim

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	mailboxSettings = "mailboxSettings"
	userPurpose     = mailboxSettings + "/userPurpose"
	// outlookAtOnce is how many requests of a $batch go to Outlook at the same time.
	outlookAtOnce = 4
)

// userPurposes are the kinds of mailbox.
var userPurposes = []string{"user", "linked", "shared", "room", "equipment", "others"}

// SetMailbox gives a user a mailbox of a kind: user, linked, shared, room, equipment or others; "" takes it away.
func (t *Tenant) SetMailbox(userID, purpose string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.byID[fold(userID)]
	if o == nil || o.class != userClass {
		return fmt.Errorf("graphsim: set mailbox: no user %s", userID)
	}
	if purpose == "" {
		delete(t.mailboxes, o.id())
		return nil
	}
	if !slices.Contains(userPurposes, purpose) {
		return fmt.Errorf("graphsim: set mailbox of %s: %q is no kind of mailbox", userID, purpose)
	}
	t.mailboxes[o.id()] = purpose
	return nil
}

// takeMailbox reads users/{id}/mailboxSettings and users/{id}/mailboxSettings/userPurpose.
func takeMailbox(t *target, rest []string) ([]string, error) {
	if t.set != userSet || t.key == "" || rest[0] != mailboxSettings {
		return rest, nil
	}
	t.mailbox = strings.Join(rest, "/")
	if t.mailbox != mailboxSettings && t.mailbox != userPurpose {
		return nil, badSegment(rest[1])
	}
	return nil, nil
}

// mailbox answers what Exchange knows of a user.
func (s *Server) mailbox(c *call, t *target, q *query) (*reply, error) {
	s.tenant.mu.RLock()
	defer s.tenant.mu.RUnlock()
	user, err := t.row(s.tenant)
	if err != nil {
		return nil, err
	}
	purpose := s.tenant.mailboxes[user.id()]
	if purpose == "" {
		return nil, &refusal{status: http.StatusNotFound, code: "MailboxNotEnabledForRESTAPI",
			message: "The mailbox is either inactive, soft-deleted, or is hosted on-premise."}
	}
	context := c.origin() + "/v1.0/$metadata#users('" + user.id() + "')/" + t.mailbox
	if t.mailbox == userPurpose {
		return jsonReply(http.StatusOK, map[string]any{"@odata.context": context, "value": purpose})
	}
	answer := map[string]any{"@odata.context": context}
	for name, value := range settingsOf(purpose) {
		if len(q.selects) == 0 || slices.Contains(q.selects, name) {
			answer[name] = value
		}
	}
	return jsonReply(http.StatusOK, answer)
}

func settingsOf(purpose string) map[string]any {
	never := map[string]string{"dateTime": "2024-01-01T00:00:00.0000000", "timeZone": "UTC"}
	return map[string]any{"archiveFolder": nil, "timeZone": "UTC", "dateFormat": "yyyy-MM-dd", "timeFormat": "HH:mm",
		"delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly", "userPurpose": purpose,
		"language": map[string]string{"locale": "en-US", "displayName": "English (United States)"},
		"automaticRepliesSetting": map[string]any{"status": "disabled", "externalAudience": "none", "internalReplyMessage": "",
			"externalReplyMessage": "", "scheduledStartDateTime": never, "scheduledEndDateTime": never},
		"workingHours": map[string]any{"daysOfWeek": []string{"monday", "tuesday", "wednesday", "thursday", "friday"},
			"startTime": "08:00:00.0000000", "endTime": "17:00:00.0000000", "timeZone": map[string]string{"name": "UTC"}}}
}

// checkMailbox refuses options that the settings of a mailbox do not take.
func (q *query) checkMailbox(t *target) error {
	if q.filter != "" || q.expand != nil || q.top > 0 || q.count || q.skiptoken != "" || t.mailbox == userPurpose && len(q.selects) > 0 {
		return badRequest("%s does not take these query options.", t.mailbox)
	}
	for _, name := range q.selects {
		if _, ok := settingsOf("")[name]; !ok {
			return badRequest("Could not find a property named '%s' on type 'microsoft.graph.mailboxSettings'.", name)
		}
	}
	return nil
}

// outlookWait is the time that the requests of a $batch to Outlook wait for each other.
func outlookWait(c *call, latency time.Duration) time.Duration {
	if !strings.HasSuffix(c.path, "batch") {
		return 0
	}
	n := bytes.Count(c.body, []byte("/"+mailboxSettings))
	return latency * time.Duration(max(0, n-1)/outlookAtOnce)
}
