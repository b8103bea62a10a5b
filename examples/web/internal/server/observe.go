package server

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

// observe logs and times every request.
func observe(log *slog.Logger, registerer prometheus.Registerer) func(http.Handler) http.Handler {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_request_duration_seconds",
		Help: "Time taken to answer HTTP requests.",
	}, []string{"route", "code"})
	registerer.MustRegister(seconds)

	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			response := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			next.ServeHTTP(response, r)
			took := time.Since(start)

			status := response.Status()
			if status == 0 { // nothing was written, which net/http sends as 200
				status = http.StatusOK
			}

			// The route's pattern, never the path: clients choose the path, and
			// each label value takes memory until the process ends.
			route := chi.RouteContext(r.Context()).RoutePattern()
			if route == "" {
				route = "none"
			}
			seconds.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())

			level := slog.LevelInfo
			if r.URL.Path == "/healthz" || r.URL.Path == "/metrics" {
				level = slog.LevelDebug // asked for every few seconds, by machines
			}
			log.Log(r.Context(), level, "request",
				"id", middleware.GetReqID(r.Context()),
				"method", r.Method,
				"path", r.URL.Path,
				"status", status,
				"bytes", response.BytesWritten(),
				"took", took.String(),
			)
		})
	}
}
