// The library of the C program.
package main

import "C"

//export Weigh
func Weigh() C.int { return 0 }

func main() {}
