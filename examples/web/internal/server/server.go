// Package server has the routes of the service.
package server

import (
	"embed"
	"encoding/json"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var (
	//go:embed static
	static embed.FS

	//go:embed templates
	templates embed.FS

	pages = template.Must(template.ParseFS(templates, "templates/*.html"))
)

// maxName is the longest name, in bytes, that gets a greeting.
const maxName = 100

// New returns the handler of the service. Each has its own metrics, so that tests can
// run several in one process.
func New(log *slog.Logger, version string) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)

	router := chi.NewRouter()
	router.Use(middleware.RequestID, observe(log, registry), middleware.Recoverer)
	router.Get("/", index(log, version))
	router.Get("/api/greeting", greet(log))
	router.Get("/healthz", healthz)
	router.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	router.Group(func(assets chi.Router) {
		assets.Use(middleware.SetHeader("Cache-Control", "public, max-age=3600"))
		assets.Handle("/static/*", http.FileServer(http.FS(static)))
	})
	return router
}

func index(log *slog.Logger, version string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := pages.ExecuteTemplate(w, "index.html", struct{ Version string }{version}); err != nil {
			log.Error("writing the page", "error", err)
		}
	}
}

func greet(log *slog.Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimSpace(r.URL.Query().Get("name"))
		if len(name) > maxName {
			http.Error(w, "that name is too long", http.StatusBadRequest)
			return
		}
		if name == "" {
			name = "world"
		}
		w.Header().Set("Content-Type", "application/json")
		answer := map[string]string{"greeting": "Hello, " + name + "!"}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			log.Error("writing the greeting", "error", err)
		}
	}
}

func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}
