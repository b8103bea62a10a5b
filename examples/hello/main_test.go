package main

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "Hello, world!\n"},
		{"a name", []string{"Ada"}, "Hello, Ada!\n"},
		{"version", []string{"--version"}, "hello " + version + "\n"},
		{"help", []string{"--help"}, usage},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if err := run(context.Background(), test.args, &out); err != nil {
				t.Fatal(err)
			}
			if out.String() != test.want {
				t.Errorf("got %q, want %q", out.String(), test.want)
			}
		})
	}
}

func TestRunRefusesWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--loud"},
		{"Ada", "Grace"},
		{"get"},
		{"get", "https://example.com", "again"},
	} {
		if err := run(context.Background(), args, io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("run(%q) gives %v, want a usage error", args, err)
		}
	}
}

func TestGet(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake below is no news
	server.StartTLS()
	defer server.Close()

	var out strings.Builder
	if err := get(context.Background(), server.Client(), server.URL, &out); err != nil {
		t.Fatal(err)
	}
	if want := "418 I'm a teapot\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}

	// A client without the server's certificate rejects it.
	err := get(context.Background(), http.DefaultClient, server.URL, io.Discard)
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) {
		t.Errorf("got %v, want an unknown authority", err)
	}
}
