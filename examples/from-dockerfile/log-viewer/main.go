// Command log-viewer shows the lines of its standard input in a browser.
package main

import (
	"bufio"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"os"
	"sync"
	"time"
)

// The front end, made by the build.
//
//go:embed all:web/dist
var dist embed.FS

type line struct {
	Time string `json:"time"`
	Text string `json:"text"`
}

// lines keeps the last lines.
type lines struct {
	mutex sync.Mutex
	last  []line
}

func (l *lines) read(input io.Reader) {
	for scanner := bufio.NewScanner(input); scanner.Scan(); {
		l.mutex.Lock()
		l.last = append(l.last, line{time.Now().Format(time.RFC3339), scanner.Text()})
		l.last = l.last[max(0, len(l.last)-1000):]
		l.mutex.Unlock()
	}
}

func (l *lines) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(l.last); err != nil {
		log.Print(err)
	}
}

func serve(files fs.FS) error {
	var l lines
	go l.read(os.Stdin)
	http.Handle("/api/lines", &l)
	http.Handle("/", http.FileServerFS(files))
	return http.ListenAndServe(":8080", nil)
}

func list(files fs.FS) error {
	return fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			fmt.Println(path)
		}
		return err
	})
}

func healthy() error {
	response, err := http.Get("http://127.0.0.1:8080/")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	return nil
}

func main() {
	files, err := fs.Sub(dist, "web/dist")
	if err != nil {
		log.Fatal(err)
	}
	command := ""
	if len(os.Args) > 1 {
		command = os.Args[1]
	}
	switch command {
	case "files":
		err = list(files)
	case "healthy":
		err = healthy()
	default:
		err = serve(files)
	}
	if err != nil {
		log.Fatal(err)
	}
}
