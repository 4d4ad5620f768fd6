package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/conductorone/baton-microsoft-entra/pkg/conductoronesim"
)

// serve builds the directory, opens the doors, writes the files and waits for the end.
func serve(ctx context.Context, set *settings, stdout io.Writer) (err error) {
	var traffic io.Writer
	if set.traffic != "" {
		file, openErr := os.OpenFile(set.traffic, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if openErr != nil {
			return fmt.Errorf("open traffic file: %w", openErr)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		traffic = file
	}
	sim, err := set.build(traffic)
	if err != nil {
		return err
	}
	if err := sim.Start(set.listen); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sim.Close()) }()
	c1, err := set.conductorOne.start()
	if err != nil {
		return err
	}
	if c1 != nil {
		defer func() { err = errors.Join(err, c1.Close()) }()
	}
	ctx, shutdown := context.WithCancel(ctx)
	defer shutdown()
	door, err := openDoor(ctx, sim, c1, set.manage, shutdown)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, door.Close()) }()
	if err := writeFiles(sim, c1, set); err != nil {
		return err
	}
	greet(stdout, sim, c1, door.url, set)
	<-ctx.Done()
	return nil
}

// greet says what is running and how to use it.
func greet(w io.Writer, sim directory, c1 *conductoronesim.Server, door string, set *settings) {
	fmt.Fprint(w, sim.greeting(door))
	flags := ""
	if c1 != nil {
		fmt.Fprintf(w, "C1        https://%s  (the connector serves it: POST /conductorone/tasks gives it something to do)\n", c1.Address())
		flags = " --provisioning"
	}
	if set.env != "" {
		fmt.Fprintf(w, "Use it:   . %s && %s%s\n", quoted(set.env), sim.connector(), flags)
	} else {
		fmt.Fprintln(w, "Start it with --write-env FILE to get the connector's variables.")
	}
	fmt.Fprintln(w, "Ctrl-C ends it, and all it holds.")
}
