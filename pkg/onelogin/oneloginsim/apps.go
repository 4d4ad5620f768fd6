package oneloginsim

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// text is a value as a text, "" for null.
func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// appColumns come in each row of the list of apps.
func appColumns() []string {
	return strings.Fields("id connector_id name description auth_method visible created_at updated_at")
}

func (c *call) appOf(id string) (*app, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if app, ok := c.a.apps[n]; err == nil && ok {
		return app, nil
	}
	return nil, notFound("App", id)
}

// provisioned says whether OneLogin makes accounts in the app.
func (app *app) provisioned() bool {
	p, _ := app.single["provisioning"].(object)
	return p["enabled"] == true
}

func listApps(c *call) (*reply, error) {
	fields, err := c.fields(appColumns())
	if err != nil {
		return nil, err
	}
	if fields == nil {
		fields = appColumns()
	}
	rows := []object{}
	for _, app := range sorted(c.a.apps) {
		rows = append(rows, app.row)
	}
	rows = filter(rows, c.query, []string{"name", "connector_id", "auth_method"}, nil)
	return c.list(rows, paging{max: 1000, usual: 100, render: func(o object) object { return o.only(fields) }})
}

func getApp(c *call) (*reply, error) {
	app, err := c.appOf(c.args[0])
	if err != nil {
		return nil, err
	}
	return jsonReply(http.StatusOK, c.a.wholeApp(app)), nil
}

func (a *Account) wholeApp(app *app) object {
	return app.row.with(app.single).with(object{"role_ids": a.appRoles(app.id)})
}

func listAppUsers(c *call) (*reply, error) {
	app, err := c.appOf(c.args[0])
	if err != nil {
		return nil, err
	}
	rows := []object{}
	for _, id := range c.a.appUsers(app) {
		rows = append(rows, c.a.users[id].only(strings.Fields("id firstname lastname username email")))
	}
	return c.list(rows, paging{max: 1000, usual: 100})
}

func listConnectors(c *call) (*reply, error) {
	rows := filter(c.a.connectors, c.query, []string{"name", "auth_method"}, nil)
	return c.list(rows, paging{max: 100, usual: 50})
}
