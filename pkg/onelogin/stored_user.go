package onelogin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// StoredUser is a user as the account has it, with what no other caller needs.
type StoredUser struct {
	User
	// Fields are all that the answer has, by OneLogin's names: texts, json.Number, nil, and the like.
	Fields map[string]any
	// Read is the service's clock when it answered; zero where it does not say.
	Read time.Time
}

// UnmarshalJSON reads a user twice: what has a place of its own, and everything.
func (u *StoredUser) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &u.User); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.UseNumber() // ids are numbers that a float64 has no room for
	return decoder.Decode(&u.Fields)
}

// RoleIDs are the roles that the user is a member of; false where the answer does not say.
func (u StoredUser) RoleIDs() ([]ID, bool) {
	list, ok := u.Fields["role_ids"].([]any)
	if !ok {
		return nil, false
	}
	ids := make([]ID, 0, len(list))
	for _, value := range list {
		ids = append(ids, ID(fmt.Sprint(value)))
	}
	return ids, true
}

// GetStoredUser returns a user with every field, for whoever is about to change it.
// OneLogin's API documentation, version 2, users. The credential's scope is Read Users.
func (c *Client) GetStoredUser(ctx context.Context, id ID) (StoredUser, error) {
	op := "read user " + string(id)
	got, err := c.send(ctx, call{op: op, method: http.MethodGet, path: []string{"api", "2", "users", string(id)}})
	if err != nil {
		return StoredUser{}, err
	}
	u, err := decodeOne[StoredUser](got.body)
	if err != nil {
		return StoredUser{}, fmt.Errorf("onelogin: %s: %w", op, err)
	}
	u.Read = servedAt(got.header)
	return u, nil
}
