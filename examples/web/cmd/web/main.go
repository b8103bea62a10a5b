// Command web is a small HTTP service: a page, an API, a health check and metrics.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/web/internal/server"
)

const version = "1.0.0"

const (
	defaultAddr = ":8080"

	// drainTime is the time for running requests to finish after SIGTERM. It is less
	// than the 10 seconds after which "docker stop" kills the container.
	drainTime = 8 * time.Second
)

// errUsage marks an error in the arguments.
var errUsage = errors.New("see web --help")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "web:", err)
	if errors.Is(err, errUsage) {
		os.Exit(2)
	}
	os.Exit(1)
}

// options are set by the command line and the environment.
type options struct {
	addr        string
	showHelp    bool
	showVersion bool
}

// parse reads the command line. Flags have precedence over the environment, and the
// environment over defaults. It also returns the flag set, for the help text.
func parse(args []string, getenv func(string) string) (options, *flag.FlagSet, error) {
	addr := defaultAddr
	if value := getenv("WEB_ADDR"); value != "" {
		addr = value
	}

	var opts options
	flags := flag.NewFlagSet("web", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are returned, and printed once by main
	flags.StringVar(&opts.addr, "addr", addr, "listen on `host:port` (environment: WEB_ADDR)")
	flags.BoolVar(&opts.showVersion, "version", false, "print the version and stop")

	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		opts.showHelp = true
	case err != nil:
		return opts, flags, fmt.Errorf("%w: %w", err, errUsage)
	case flags.NArg() > 0:
		return opts, flags, fmt.Errorf("unexpected argument %q: %w", flags.Arg(0), errUsage)
	}
	return opts, flags, nil
}

// run serves until ctx ends, unless args ask for the help text or the version only.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	opts, flags, err := parse(args, getenv)
	switch {
	case err != nil:
		return err
	case opts.showHelp:
		fmt.Fprint(stdout, "Usage: web [flags]\n\nA small HTTP service.\n\nFlags:\n")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return nil
	case opts.showVersion:
		_, err := fmt.Fprintln(stdout, "web", version)
		return err
	}

	listener, err := net.Listen("tcp", opts.addr)
	if err != nil {
		return err
	}
	return serve(ctx, listener, slog.New(slog.NewJSONHandler(stderr, nil)))
}

// serve answers requests until ctx ends, then lets running requests finish.
func serve(ctx context.Context, listener net.Listener, log *slog.Logger) error {
	srv := &http.Server{
		Handler:           server.New(log, version),
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       time.Minute,
	}

	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
	log.Info("listening", "addr", listener.Addr().String(), "version", version)

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}

	log.Info("stopping")
	// ctx has ended, so the time for running requests needs a new context.
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return fmt.Errorf("requests still under way after %s: %w", drainTime, err)
	}
	log.Info("stopped")
	return nil
}
