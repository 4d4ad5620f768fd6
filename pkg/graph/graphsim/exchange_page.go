package graphsim

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// The most rows of a cmdlet on a page: what Prefer may ask for, and what comes without.
const maxCmdletPage = 1000

// cmdletPage answers a page of rows; the next one is asked for by the same request to another address.
func (s *Server) cmdletPage(c *call, x *cmdletCall, rows []*object) (*reply, error) {
	mark := bookmark{path: c.path, query: string(c.body), rows: rows}
	if c.rawQuery != "" {
		query, err := url.ParseQuery(c.rawQuery)
		if err != nil || query.Get("$skiptoken") == "" || len(query) != 1 {
			return nil, badRequest("The query of the request does not parse.")
		}
		if mark, err = s.links.find(query.Get("$skiptoken"), c.path, string(c.body)); err != nil {
			return nil, err
		}
	}
	size, err := s.cmdletPageSize(c)
	if err != nil {
		return nil, err
	}
	end := min(mark.offset+size, len(mark.rows))
	value := []map[string]any{}
	for _, o := range mark.rows[mark.offset:end] {
		value = append(value, s.tenant.recipient(o))
	}
	answer := map[string]any{"@odata.context": c.origin() + "/adminapi/beta/" + s.options.TenantID + "/$metadata#Collection(Exchange.GenericHashTable)",
		"value": value, "@adminapi.warnings": append([]string{}, x.warnings...)}
	if end < len(mark.rows) {
		mark.offset = end
		answer["@odata.nextLink"] = c.origin() + c.path + "?%24skiptoken=" + s.links.save(mark)
	}
	return jsonReply(http.StatusOK, answer)
}

// cmdletPageSize reads the header Prefer: odata.maxpagesize=100.
func (s *Server) cmdletPageSize(c *call) (int, error) {
	size := maxCmdletPage
	if wanted, ok := strings.CutPrefix(c.header.Get("Prefer"), "odata.maxpagesize="); ok {
		n, err := strconv.Atoi(wanted)
		if err != nil || n < 1 || n > maxCmdletPage {
			return 0, badRequest("The page size '%s' is not between 1 and %d.", wanted, maxCmdletPage)
		}
		size = n
	}
	if limit := s.options.PageSize; limit > 0 {
		size = min(size, limit)
	}
	return size, nil
}

// recipient is an object as Exchange shows it.
func (t *Tenant) recipient(o *object) map[string]any {
	row := map[string]any{"ExternalDirectoryObjectId": o.id(), "Name": o.id(), "DisplayName": o.get("displayName"),
		"Alias": o.get("mailNickname"), "PrimarySmtpAddress": o.get("mail"), "RecipientType": "UserMailbox", "RecipientTypeDetails": "UserMailbox"}
	if o.class != groupClass {
		if t.mailboxes[o.id()] == "" {
			row["RecipientType"], row["RecipientTypeDetails"] = "MailUser", "GuestMailUser"
		}
		return row
	}
	kind := "MailUniversalDistributionGroup"
	if o.get("securityEnabled") == true {
		kind = "MailUniversalSecurityGroup"
	}
	row["RecipientType"], row["RecipientTypeDetails"] = kind, kind
	row["IsDirSynced"], row["ManagedBy"] = o.get("onPremisesSyncEnabled") == true, t.mailEdges("owners", o.id())
	return row
}
