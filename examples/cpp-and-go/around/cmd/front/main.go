// Command front serves a page, and passes its questions on to the API.
package main

import (
	_ "embed"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"
)

//go:embed page.html
var page string

func handler(api *url.URL) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /nearest/", httputil.NewSingleHostReverseProxy(api))
	mux.HandleFunc("GET /healthz", func(out http.ResponseWriter, _ *http.Request) {
		io.WriteString(out, "ok\n")
	})
	mux.HandleFunc("GET /{$}", func(out http.ResponseWriter, _ *http.Request) {
		io.WriteString(out, page)
	})
	return mux
}

func main() {
	api, err := url.Parse(os.Getenv("API"))
	if err != nil || api.Host == "" {
		log.Fatal("set API to the address of the API, such as http://nearest:8080")
	}
	server := &http.Server{Addr: ":8000", Handler: handler(api), ReadHeaderTimeout: 5 * time.Second}
	log.Print("listening on ", server.Addr)
	log.Fatal(server.ListenAndServe())
}
