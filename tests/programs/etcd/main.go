// Command etcd is the server of the key-value store etcd, embedded in a program.
package main

import (
	"log"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"go.etcd.io/etcd/server/v3/embed"
)

func main() {
	config := embed.NewConfig()
	config.Dir = "/tmp/etcd"
	config.LogLevel = "warn"
	config.ListenClientUrls = []url.URL{{Scheme: "http", Host: "0.0.0.0:2379"}}
	server, err := embed.StartEtcd(config)
	if err != nil {
		log.Fatal(err)
	}
	<-server.Server.ReadyNotify()
	log.Print("etcd is ready")
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt, syscall.SIGTERM)
	select {
	case <-stopped:
		server.Close()
	case err := <-server.Err():
		log.Fatal(err)
	}
}
