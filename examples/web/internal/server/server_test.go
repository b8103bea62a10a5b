package server

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(io.Discard, nil))
}

func get(handler http.Handler, target string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, target, nil))
	return recorder
}

func TestRoutes(t *testing.T) {
	handler := New(quiet(), "1.2.3")
	for _, test := range []struct {
		target string
		status int
		kind   string
		text   string
	}{
		{"/", http.StatusOK, "text/html; charset=utf-8", "1.2.3"},
		{"/static/style.css", http.StatusOK, "text/css; charset=utf-8", "font-family"},
		{"/healthz", http.StatusOK, "text/plain; charset=utf-8", "ok\n"},
		{"/api/greeting", http.StatusOK, "application/json", "Hello, world!"},
		{"/api/greeting?name=%20Ada%20", http.StatusOK, "application/json", "Hello, Ada!"},
		{"/api/greeting?name=" + strings.Repeat("a", maxName+1), http.StatusBadRequest, "text/plain; charset=utf-8", "too long"},
		{"/nowhere", http.StatusNotFound, "text/plain; charset=utf-8", "not found"},
	} {
		t.Run(test.target, func(t *testing.T) {
			response := get(handler, test.target)
			if response.Code != test.status {
				t.Errorf("status %d, want %d", response.Code, test.status)
			}
			if kind := response.Header().Get("Content-Type"); kind != test.kind {
				t.Errorf("content type %q, want %q", kind, test.kind)
			}
			if !strings.Contains(response.Body.String(), test.text) {
				t.Errorf("body %q lacks %q", response.Body, test.text)
			}
		})
	}
}

func TestGreetingKeepsEveryCharacter(t *testing.T) {
	name := `<Zoë> & "Łukasz"`
	response := get(New(quiet(), "test"), "/api/greeting?name="+url.QueryEscape(name))

	var answer map[string]string
	if err := json.Unmarshal(response.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if want := "Hello, " + name + "!"; answer["greeting"] != want {
		t.Errorf("got %q, want %q", answer["greeting"], want)
	}
}

func TestRequestsAreLoggedAndCounted(t *testing.T) {
	var logged bytes.Buffer
	handler := New(slog.New(slog.NewJSONHandler(&logged, nil)), "test")
	get(handler, "/static/style.css")
	get(handler, "/some/made/up/path")
	get(handler, "/healthz")

	var paths []string
	for decoder := json.NewDecoder(&logged); ; {
		var line struct{ ID, Path string }
		if err := decoder.Decode(&line); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if line.ID == "" {
			t.Errorf("the request for %s has no id", line.Path)
		}
		paths = append(paths, line.Path)
	}
	if got, want := strings.Join(paths, " "), "/static/style.css /some/made/up/path"; got != want {
		t.Errorf("logged %q, want %q", got, want)
	}

	metrics := get(handler, "/metrics").Body.String()
	for _, want := range []string{
		`http_request_duration_seconds_count{code="200",route="/static/*"} 1`,
		`http_request_duration_seconds_count{code="404",route="none"} 1`,
		`http_request_duration_seconds_count{code="200",route="/healthz"} 1`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}
