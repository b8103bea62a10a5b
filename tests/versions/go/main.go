// The program of the images: prints the version of Go.
package main

import (
	"fmt"
	"runtime"
)

var version, edition, motto string

func main() {
	fmt.Println(runtime.Version())
}
