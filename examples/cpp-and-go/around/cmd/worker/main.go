// Command worker asks the API for the nearest word of each of its arguments, again and again.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"
)

var client = http.Client{Timeout: 5 * time.Second}

func nearest(api, word string) (string, error) {
	answer, err := client.Get(api + "/nearest/" + url.PathEscape(word))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", word, answer.Status)
	}
	return string(text), err
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: worker <word>...")
	}
	for {
		for _, word := range os.Args[1:] {
			found, err := nearest(os.Getenv("API"), word)
			if err != nil {
				log.Print(err)
				continue
			}
			log.Print(word, ": ", found)
		}
		time.Sleep(time.Minute)
	}
}
