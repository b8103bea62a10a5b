// Command service is an API server as many teams have one: HTTP and gRPC, a database, a queue, traces, metrics.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"os"

	"example.com/dependency"
	"github.com/go-chi/chi/v5"
	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/websocket"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	"go.etcd.io/bbolt"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.uber.org/zap"
	"golang.org/x/oauth2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"gopkg.in/yaml.v3"
)

//go:embed asset.txt
var asset string

func serve(ctx context.Context, log *zap.Logger) error {
	exporter, err := otlptracegrpc.New(ctx)
	if err != nil {
		return err
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	defer provider.Shutdown(ctx)
	database, err := pgx.Connect(ctx, viper.GetString("database"))
	if err != nil {
		return err
	}
	defer database.Close(ctx)
	queue, err := nats.Connect(viper.GetString("queue"))
	if err != nil {
		return err
	}
	defer queue.Close()
	local, err := bbolt.Open(viper.GetString("local"), 0o600, nil)
	if err != nil {
		return err
	}
	defer local.Close()
	cache := redis.NewClient(&redis.Options{Addr: viper.GetString("cache")})
	login := oauth2.Config{ClientID: viper.GetString("client")}

	server := grpc.NewServer()
	healthpb.RegisterHealthServer(server, health.NewServer())
	upgrader := websocket.Upgrader{}
	router := chi.NewRouter()
	router.Handle("/metrics", promhttp.Handler())
	router.Handle("/api/*", runtime.NewServeMux())
	router.Get("/ws", func(w http.ResponseWriter, r *http.Request) { upgrader.Upgrade(w, r, nil) })
	router.Get("/login", func(w http.ResponseWriter, r *http.Request) {
		token, err := jwt.Parse(r.URL.Query().Get("token"), nil)
		log.Info("login", zap.Any("token", token), zap.Error(err))
		http.Redirect(w, r, login.AuthCodeURL("state"), http.StatusFound)
	})
	router.Get("/", func(w http.ResponseWriter, r *http.Request) {
		log.Info("ping", zap.Error(cache.Ping(r.Context()).Err()))
		fmt.Fprint(w, asset, edition, dependency.Edition)
	})
	return http.ListenAndServe(":8080", otelhttp.NewHandler(router, "service"))
}

func main() {
	log := zap.Must(zap.NewProduction())
	command := &cobra.Command{Use: "service", RunE: func(command *cobra.Command, _ []string) error {
		settings := map[string]any{}
		if err := yaml.Unmarshal([]byte(os.Getenv("SETTINGS")), &settings); err != nil {
			return err
		}
		viper.MergeConfigMap(settings)
		return serve(command.Context(), log)
	}}
	if err := command.Execute(); err != nil {
		os.Exit(1)
	}
}
