package graph

import "strings"

// The kinds of directory object that the connector tells apart, as @odata.type spells them.
const (
	TypeUser             = "user"
	TypeGroup            = "group"
	TypeServicePrincipal = "servicePrincipal"
)

// Object is a reference to a directory object: its id, and its kind where Graph says it.
// https://learn.microsoft.com/graph/api/resources/directoryobject
type Object struct {
	ID        string `json:"id"`
	ODataType string `json:"@odata.type"`
}

func (o Object) rowID() string { return o.ID }

// Type returns the kind without its namespace ("user"), or "" where Graph does not say it.
func (o Object) Type() string { return strings.TrimPrefix(o.ODataType, "#microsoft.graph.") }
