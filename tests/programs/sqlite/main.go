// Command sqlite keeps words in a database of SQLite, which is C, and reads them back.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	words, err := roundTrip(os.Args[1:])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(words)
}

// roundTrip stores the words and gets them back in SQLite's order, with SQLite's version.
func roundTrip(words []string) (kept string, err error) {
	database, err := sql.Open("sqlite3", "/tmp/words.db")
	if err != nil {
		return "", err
	}
	defer database.Close()
	if _, err := database.Exec("CREATE TABLE words (word TEXT)"); err != nil {
		return "", err
	}
	for _, word := range words {
		if _, err := database.Exec("INSERT INTO words VALUES (?)", word); err != nil {
			return "", err
		}
	}
	const query = "SELECT group_concat(word, ' ') || ', kept by SQLite ' || sqlite_version() FROM (SELECT word FROM words ORDER BY word)"
	err = database.QueryRow(query).Scan(&kept)
	return kept, err
}
