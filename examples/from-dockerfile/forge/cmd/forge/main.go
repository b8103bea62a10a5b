// A git server that calls git's own programs.
package main

import (
	"log"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("forge web | forge version")
	}
	switch os.Args[1] {
	case "version":
		command := exec.Command("git", "version")
		command.Stdout, command.Stderr = os.Stdout, os.Stderr
		if err := command.Run(); err != nil {
			log.Fatal(err)
		}
	case "web":
		root := os.Getenv("FORGE_ROOT")
		http.Handle("/", &cgi.Handler{
			Path: "/usr/lib/git-core/git-http-backend",
			Env:  []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL="},
		})
		log.Fatal(http.ListenAndServe(":3000", nil))
	default:
		log.Fatalf("there is no command %s", os.Args[1])
	}
}
