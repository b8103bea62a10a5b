// Command client asks an etcd server whether it is healthy, by the health service of gRPC, and has it
// keep a value. Its argument is the file with the address.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	health "google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	address, err := os.ReadFile(os.Args[1])
	if os.IsNotExist(err) {
		fmt.Println("skipped: the service does not run")
		os.Exit(77)
	}
	if err != nil {
		log.Fatal(err)
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{strings.TrimSpace(string(address))}})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	context, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()

	answer, err := health.NewHealthClient(client.ActiveConnection()).Check(context, &health.HealthCheckRequest{})
	if err != nil || answer.Status != health.HealthCheckResponse_SERVING {
		log.Fatal("not healthy: ", answer, err)
	}
	const motto = "as you like it"
	if _, err := client.Put(context, "motto", motto); err != nil {
		log.Fatal(err)
	}
	kept, err := client.Get(context, "motto")
	if err != nil || len(kept.Kvs) != 1 || string(kept.Kvs[0].Value) != motto {
		log.Fatal("not kept: ", kept, err)
	}
	fmt.Println("healthy, and keeps the motto")
}
