// Hello-team greets, in the words of a module that is not public.
package main

import (
	"fmt"

	greeting "git.example.com/team/greeting.git"
)

func main() {
	fmt.Println(greeting.For("team"))
}
