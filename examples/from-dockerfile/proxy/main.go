// A proxy with a cache in /var/cache/proxy.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

var version = "devel"

const (
	cache = "/var/cache/proxy"
	token = "/etc/proxy/upstream.token"
)

func main() {
	config := flag.String("config", "/etc/proxy/proxy.conf", "the file that says where to listen")
	check := flag.Bool("check", false, "ask the running proxy how it is")
	say := flag.Bool("version", false, "print the version and stop")
	flag.Parse()
	if *say {
		fmt.Println("proxy", version)
		return
	}
	text, err := os.ReadFile(*config)
	if err != nil {
		log.Fatal(err)
	}
	address := strings.TrimSpace(strings.TrimPrefix(string(text), "listen "))
	if *check {
		answer, err := http.Get("http://" + address + "/healthz")
		if err != nil || answer.StatusCode != http.StatusOK {
			os.Exit(1)
		}
		return
	}
	http.HandleFunc("/healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/", fetch)
	log.Fatal(http.ListenAndServe(address, nil))
}

// fetch returns the cached response, or asks the server and caches its response.
func fetch(w http.ResponseWriter, r *http.Request) {
	name := sha256.Sum256([]byte(r.URL.String()))
	kept := filepath.Join(cache, hex.EncodeToString(name[:]))
	if body, err := os.ReadFile(kept); err == nil {
		_, _ = w.Write(body)
		return
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.URL.String(), nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if secret, err := os.ReadFile(token); err == nil {
		request.Header.Set("Proxy-Authorization", "Bearer "+strings.TrimSpace(string(secret)))
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if err := os.WriteFile(kept, body, 0o600); err != nil {
		log.Print(err)
	}
	_, _ = w.Write(body)
}
