// Hello-team prints a greeting from a private module.
package main

import (
	"fmt"

	greeting "git.example.com/team/greeting.git"
)

func main() {
	fmt.Println(greeting.For("team"))
}
