// The manager of an operator: it moves the cluster to the desired state in a loop, and reports the state.
package main

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/operator/internal/reconcile"
)

func main() {
	probes := flag.String("health-probe-bind-address", ":8081", "where to answer /healthz and /readyz")
	every := flag.Duration("sync-period", 10*time.Second, "how often to look at the world")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	loop := reconcile.New(map[string]int{"web": 3, "worker": 1})
	http.HandleFunc("/healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !loop.Settled() {
			http.Error(w, "not yet", http.StatusServiceUnavailable)
		}
	})
	go func() {
		if err := http.ListenAndServe(*probes, nil); err != nil {
			slog.Error("probes", "error", err)
			os.Exit(1)
		}
	}()

	slog.Info("started", "probes", *probes)
	for {
		for name, change := range loop.Step() {
			slog.Info("scaled", "deployment", name, "by", change)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(*every):
		}
	}
}
