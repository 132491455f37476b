// The program of `make cluster`: tests of orm on dqlite.
//
//	cluster node LIBRARY DIR ADDRESS LATENCY [JOIN...]
//	cluster test LIBRARY DIR
//
// The first form is one server. The second starts servers in DIR, uses them,
// kills them, and prints each check and figure. KILLS is the number of kills
// (50), ROWS the number of rows of the big table (200,000), SEED the seed of the
// moments of the kills (the clock).

package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

// setting returns a number from the environment.
func setting(name string, value int64) int64 {
	if n, err := strconv.ParseInt(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return value
}

func main() {
	args := os.Args[1:]
	switch {
	case len(args) >= 5 && args[0] == "node":
		latency, err := time.ParseDuration(args[4])
		must(err)
		must(serve(args[1], args[2], args[3], latency, args[5:]))
	case len(args) == 3 && args[0] == "test":
		os.Exit(test(args[1], args[2]))
	default:
		fmt.Fprintln(os.Stderr, "usage: cluster test LIBRARY DIR")
		os.Exit(2)
	}
}
