// Command hello prints a greeting, or fetches a URL to show that TLS works.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const version = "1.0.0"

const usage = `Usage:
  hello [NAME]     greet NAME, or the world
  hello get URL    fetch URL and print the status of the answer
  hello --help     print this text
  hello --version  print the version
`

// getTimeout limits a "get", so that a silent server can't hang a test run.
const getTimeout = 10 * time.Second

// errUsage marks an error in the arguments.
var errUsage = errors.New("see hello --help")

func main() {
	err := run(context.Background(), os.Args[1:], os.Stdout)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "hello:", err)
	if errors.Is(err, errUsage) {
		os.Exit(2)
	}
	os.Exit(1)
}

// run executes the command in args and writes the result to out.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("hello", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are returned, and printed once by main
	showVersion := flags.Bool("version", false, "")

	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		_, err = io.WriteString(out, usage)
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", err, errUsage)
	}

	switch {
	case *showVersion:
		_, err := fmt.Fprintln(out, "hello", version)
		return err
	case flags.Arg(0) == "get":
		if flags.NArg() != 2 {
			return fmt.Errorf("get takes one URL: %w", errUsage)
		}
		return get(ctx, http.DefaultClient, flags.Arg(1), out)
	case flags.NArg() > 1:
		return fmt.Errorf("unexpected argument %q: %w", flags.Arg(1), errUsage)
	}
	_, err := fmt.Fprintln(out, greeting(flags.Arg(0)))
	return err
}

func greeting(name string) string {
	if name == "" {
		name = "world"
	}
	return "Hello, " + name + "!"
}

// get prints the status of the response to a GET request. Any status is a success: it shows
// that name lookup, connection and certificate check worked.
func get(ctx context.Context, client *http.Client, url string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, getTimeout)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()

	_, err = fmt.Fprintln(out, response.Status)
	return err
}
