// Command nearest serves the most similar word of a list over HTTP. The C++ library words
// finds it.
package main

// #include <stdlib.h>
// #include "words.h"
import "C"

import (
	"bufio"
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
	"unsafe"
)

// words is the list in the library. It is only read after all words are added.
type words struct{ all *C.words }

func load(name string) (words, error) {
	file, err := os.Open(name)
	if err != nil {
		return words{}, err
	}
	defer file.Close()
	w := words{C.words_new()}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		word := C.CString(lines.Text())
		C.words_add(w.all, word)
		C.free(unsafe.Pointer(word))
	}
	return w, lines.Err()
}

func (w words) nearest(word string) string {
	asked := C.CString(word)
	defer C.free(unsafe.Pointer(asked))
	return C.GoString(C.words_nearest(w.all, asked))
}

func handler(w words) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /nearest/{word}", func(out http.ResponseWriter, r *http.Request) {
		io.WriteString(out, w.nearest(r.PathValue("word")))
	})
	mux.HandleFunc("GET /healthz", func(out http.ResponseWriter, _ *http.Request) {
		io.WriteString(out, "ok\n")
	})
	return mux
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: nearest <file with words>")
	}
	w, err := load(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: ":8080", Handler: handler(w), ReadHeaderTimeout: 5 * time.Second}
	stopped, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	go func() {
		<-stopped.Done()
		server.Shutdown(context.Background())
	}()
	log.Print("listening on ", server.Addr)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
