// Command baton-onelogin syncs a OneLogin account into a c1z file, or serves it to ConductorOne.
package main

import (
	"context"

	"github.com/conductorone/baton-sdk/pkg/connectorrunner"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/process"
)

// version is set by the linker.
var version = "dev"

func main() {
	process.Run(context.Background(), "baton-onelogin", version, config.Config, onelogin.New,
		connectorrunner.WithSessionStoreEnabled(),
		connectorrunner.WithDefaultCapabilitiesConnectorBuilderV2(&onelogin.Connector{}),
	)
}
