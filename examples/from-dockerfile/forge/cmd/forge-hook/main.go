// The hook that git calls after a push: it prints the changed references.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 3 {
			fmt.Printf("%s is %s now\n", words[2], words[1])
		}
	}
}
