// Command hugo is the generator of web sites Hugo.
package main

import (
	"log"
	"os"

	"github.com/gohugoio/hugo/commands"
)

func main() {
	if err := commands.Execute(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}
