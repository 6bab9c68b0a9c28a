// Reads the gateway as Grafana's data source does: clickhouse-go over HTTP. Arguments: host:port, token.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
)

func main() {
	for _, method := range []clickhouse.CompressionMethod{clickhouse.CompressionGZIP, clickhouse.CompressionNone} {
		conn := clickhouse.OpenDB(&clickhouse.Options{
			Protocol:    clickhouse.HTTP,
			Addr:        []string{os.Args[1]},
			Auth:        clickhouse.Auth{Database: "siloscope", Username: "reader", Password: os.Args[2]},
			Compression: &clickhouse.Compression{Method: method},
			Settings:    clickhouse.Settings{"max_execution_time": 60},
			DialTimeout: 10 * time.Second,
		})
		must(conn.Ping())
		fmt.Println("rows", read(conn))
		var n uint64
		must(conn.QueryRow("SELECT count() FROM v_alerts WHERE opened_at > ? AND symptom = ?", time.Unix(0, 0), "unanswered").Scan(&n))
		fmt.Println("alerts", n)
		_, err := conn.Exec("DROP TABLE touchpoints")
		fmt.Println("refused", err != nil)
		soon, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		_, err = conn.QueryContext(soon, "SELECT count() FROM v_touchpoints a, v_touchpoints b, v_touchpoints c, v_touchpoints d")
		fmt.Println("cancelled", err != nil)
		cancel()
		must(conn.Close())
	}
}

// Every column of every touchpoint is decoded.
func read(conn *sql.DB) int {
	rows, err := conn.Query("SELECT * FROM v_touchpoints")
	must(err)
	columns, err := rows.Columns()
	must(err)
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(any)
	}
	count := 0
	for rows.Next() {
		must(rows.Scan(values...))
		count++
	}
	must(rows.Err())
	return count
}

func must(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}
