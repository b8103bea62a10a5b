// Command store keeps named texts in memory and serves them over HTTP.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

const maxText = 1 << 20

type store struct {
	mutex sync.RWMutex
	texts map[string]string
}

func (s *store) get(w http.ResponseWriter, r *http.Request) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	text, ok := s.texts[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	io.WriteString(w, text)
}

func (s *store) put(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxText))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.texts[r.PathValue("name")] = string(text)
	w.WriteHeader(http.StatusNoContent)
}

func handler() http.Handler {
	s := &store{texts: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /texts/{name}", s.get)
	mux.HandleFunc("PUT /texts/{name}", s.put)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "ok\n")
	})
	return mux
}

func main() {
	server := &http.Server{Addr: ":8080", Handler: handler(), ReadHeaderTimeout: 5 * time.Second}
	stopped, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	go func() {
		<-stopped.Done()
		context, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		server.Shutdown(context)
	}()
	log.Print("listening on ", server.Addr)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
