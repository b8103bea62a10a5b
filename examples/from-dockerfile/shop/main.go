// The pages of a shop, from templates beside the program.
package main

import (
	"html/template"
	"log/slog"
	"net/http"
	"os"
)

type product struct {
	Name  string
	Cents int
}

var products = []product{{"Tea", 450}, {"Coffee", 900}, {"Mug & saucer", 1250}}

func main() {
	pages := template.Must(template.ParseGlob("templates/*.html"))
	http.Handle("/static/", http.StripPrefix("/static/", http.FileServer(http.Dir("static"))))
	http.HandleFunc("/_healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		if err := pages.ExecuteTemplate(w, "home.html", products); err != nil {
			slog.Error("home", "error", err)
		}
	})
	slog.Info("listening", "address", ":8080")
	if err := http.ListenAndServe(":8080", nil); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}
