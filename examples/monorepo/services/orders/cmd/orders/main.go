// Orders serves the orders.
package main

import (
	"flag"
	"log"
	"net/http"

	"example.com/shop/libs/serve"
	"example.com/shop/services/orders/internal/order"
)

func main() {
	addr := flag.String("addr", ":8080", "where to listen")
	flag.Parse()
	mux := http.NewServeMux()
	mux.Handle("/orders", serve.JSON(order.All()))
	mux.Handle("/healthz", serve.JSON("ok"))
	log.Fatal(serve.Run(*addr, mux))
}
