// Command texts stores named texts in memory and serves them over gRPC.
package main

import (
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"example.com/texts/textspb"
)

func main() {
	listener, err := net.Listen("tcp", ":50051")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	textspb.RegisterTextsServer(server, newTexts())
	healthpb.RegisterHealthServer(server, health.NewServer())

	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-stopped
		server.GracefulStop()
	}()
	log.Print("listening on ", listener.Addr())
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
