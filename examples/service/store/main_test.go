package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestStore(t *testing.T) {
	h := handler()
	for _, step := range []struct {
		method, path, body string
		status             int
		answer             string
	}{
		{"GET", "/texts/a", "", http.StatusNotFound, ""},
		{"PUT", "/texts/a", "one", http.StatusNoContent, ""},
		{"GET", "/texts/a", "", http.StatusOK, "one"},
		{"PUT", "/texts/b", strings.Repeat("x", maxText+1), http.StatusRequestEntityTooLarge, ""},
	} {
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, httptest.NewRequest(step.method, step.path, strings.NewReader(step.body)))
		if recorder.Code != step.status {
			t.Errorf("%s %s: status %d", step.method, step.path, recorder.Code)
		}
		if step.answer != "" && recorder.Body.String() != step.answer {
			t.Errorf("%s %s: %q", step.method, step.path, recorder.Body)
		}
	}
}
