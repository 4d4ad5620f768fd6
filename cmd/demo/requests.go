package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/conductorone/baton-microsoft-entra/pkg/graph/graphsim"
)

var objectID = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// tally is what the tenant was asked.
type tally struct {
	routes       map[string]int // Graph's alone
	graph, units int
	signIn       int
}

func tallyOf(history []graphsim.Request) tally {
	t := tally{routes: map[string]int{}}
	for _, r := range history {
		if !strings.HasPrefix(r.Path, "/v1.0/") {
			t.signIn++
			continue
		}
		t.routes[r.Method+" "+objectID.ReplaceAllString(r.Path, "{id}")]++
		t.graph++
		t.units += r.ResourceUnits
	}
	return t
}

// printRequests says what the sync asked of Graph, and complains if it was more than planned.
func printRequests(w io.Writer, history []graphsim.Request, planned int) error {
	t := tallyOf(history)
	printRoutes(w, "Graph", t.routes)
	fmt.Fprintf(w, "%8s  in all, where the plan needs %s; %s resource units. Sign-in took %d more.\n",
		number(t.graph), number(planned), number(t.units), t.signIn)
	if t.graph > planned {
		return fmt.Errorf("the sync took %s requests to Graph, the plan needs %s", number(t.graph), number(planned))
	}
	return nil
}
