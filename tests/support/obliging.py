"""A program that does what tests of commands in an image tell it."""

PROGRAM = """
    package main

    import (
    \t"fmt"
    \t"os"
    \t"strconv"
    \t"strings"
    )

    func main() {
    \tif len(os.Args) < 2 {
    \t\treturn
    \t}
    \trest := os.Args[2:]
    \tswitch os.Args[1] {
    \tcase "say":
    \t\tfmt.Println(strings.Join(rest, "\\n"))
    \tcase "warn":
    \t\tfmt.Fprintln(os.Stderr, strings.Join(rest, "\\n"))
    \t\tos.Exit(3)
    \tcase "env":
    \t\tfmt.Printf("%q\\n", os.Getenv(rest[0]))
    \tcase "id":
    \t\tinfo, _ := os.Stdout.Stat()
    \t\tfmt.Println(os.Getuid(), info.Mode()&os.ModeCharDevice != 0)
    \tcase "write":
    \t\tif err := os.WriteFile(rest[0], []byte(rest[1]), 0o644); err != nil {
    \t\t\tfmt.Println(err)
    \t\t}
    \tcase "read":
    \t\tdata, err := os.ReadFile(rest[0])
    \t\tfmt.Println(string(data), err)
    \tcase "flood":
    \t\tfor i := 0; i < 1<<15; i++ {
    \t\t\tfmt.Println(strings.Repeat("x", 40) + strconv.Itoa(i))
    \t\t}
    \t}
    }
    """
