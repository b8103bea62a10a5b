// Command large is Caddy, as its own main package has it.
package main

import (
	_ "embed"
	"os"

	"example.com/dependency"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"

	_ "github.com/caddyserver/caddy/v2/modules/standard"
)

//go:embed asset.txt
var asset string

func main() {
	if len(os.Args) == 1 {
		println(asset, edition, dependency.Edition)
	}
	caddycmd.Main()
}
