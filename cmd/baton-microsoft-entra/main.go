// Command baton-microsoft-entra syncs a Microsoft Entra ID tenant into a c1z file, or serves it to
// ConductorOne.
package main

import (
	"context"

	"github.com/conductorone/baton-sdk/pkg/connectorrunner"

	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra"
	"github.com/conductorone/baton-microsoft-entra/pkg/connector/entra/config"
	"github.com/conductorone/baton-microsoft-entra/pkg/process"
)

// version is set by the linker.
var version = "dev"

func main() {
	process.Run(context.Background(), "baton-microsoft-entra", version, config.Config, entra.New,
		connectorrunner.WithSessionStoreEnabled(),
		connectorrunner.WithDefaultCapabilitiesConnectorBuilderV2(&entra.Connector{}),
	)
}
