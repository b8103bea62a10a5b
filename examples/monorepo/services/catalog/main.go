// Catalog serves the list of products.
package main

import (
	"flag"
	"log"
	"net/http"

	"example.com/shop/libs/money"
	"example.com/shop/libs/serve"
)

type item struct {
	Name  string
	Price string
}

func main() {
	addr := flag.String("addr", ":8080", "where to listen")
	flag.Parse()
	items := []item{
		{"tea", money.Cents(499).String()},
		{"pot", money.Cents(1250).String()},
	}
	mux := http.NewServeMux()
	mux.Handle("/items", serve.JSON(items))
	mux.Handle("/healthz", serve.JSON("ok"))
	log.Fatal(serve.Run(*addr, mux))
}
