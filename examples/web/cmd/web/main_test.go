package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func noEnv(string) string { return "" }

func TestAddr(t *testing.T) {
	fromEnv := func(name string) string {
		if name == "WEB_ADDR" {
			return ":7000"
		}
		return ""
	}
	for _, test := range []struct {
		name   string
		args   []string
		getenv func(string) string
		want   string
	}{
		{"default", nil, noEnv, ":8080"},
		{"environment", nil, fromEnv, ":7000"},
		{"flag over environment", []string{"-addr", ":9000"}, fromEnv, ":9000"},
	} {
		t.Run(test.name, func(t *testing.T) {
			opts, _, err := parse(test.args, test.getenv)
			if err != nil {
				t.Fatal(err)
			}
			if opts.addr != test.want {
				t.Errorf("got %q, want %q", opts.addr, test.want)
			}
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	for flag, want := range map[string]string{
		"--help":    "-addr host:port",
		"--version": "web " + version + "\n",
	} {
		var out strings.Builder
		if err := run(context.Background(), []string{flag}, noEnv, &out, io.Discard); err != nil {
			t.Errorf("%s: %v", flag, err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s prints %q, which lacks %q", flag, out.String(), want)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	for _, args := range [][]string{{"-port", "1"}, {"serve"}} {
		if err := run(context.Background(), args, noEnv, io.Discard, io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("run(%q) gives %v, want a usage error", args, err)
		}
	}
}

func TestServeStopsWhenAsked(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- serve(ctx, listener, slog.New(slog.NewTextHandler(io.Discard, nil))) }()

	response, err := http.Get("http://" + listener.Addr().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("/healthz answers %s", response.Status)
	}

	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(drainTime):
		t.Fatal("still serving")
	}
}
