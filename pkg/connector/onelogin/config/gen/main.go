// Command gen writes conf.gen.go, the struct of the settings, in the folder it is run in.
package main

import (
	"github.com/conductorone/baton-sdk/pkg/config"

	cfg "github.com/conductorone/baton-microsoft-entra/pkg/connector/onelogin/config"
)

func main() {
	config.Generate("onelogin", cfg.Config)
}
