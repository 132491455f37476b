// A server of the cluster: one node of dqlite, with orm in every connection. A
// program of your own does the same.

package main

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdlib.h>

// Loads orm and has SQLite call it for every connection that is opened. Returns
// NULL or an error.
static const char *load_orm(const char *file) {
  void *library = dlopen(file, RTLD_NOW);
  void *init = library ? dlsym(library, "sqlite3_orm_init") : NULL;
  if (init == NULL) return dlerror();
  int rc = sqlite3_auto_extension((void (*)(void))init);
  return rc == SQLITE_OK ? NULL : sqlite3_errstr(rc);
}
*/
import "C"

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	"unsafe"

	"github.com/canonical/go-dqlite/app"
	"github.com/canonical/go-dqlite/client"
)

func loadOrm(file string) error {
	name := C.CString(file)
	defer C.free(unsafe.Pointer(name))
	if message := C.load_orm(name); message != nil {
		return fmt.Errorf("%s: %s", file, C.GoString(message))
	}
	return nil
}

func logWarning(level client.LogLevel, format string, args ...interface{}) {
	if level >= client.LogWarn {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

// serve runs a node until it gets SIGTERM. It prints "ready" when it is a member
// of the cluster. Without addresses to join, it is the first node.
func serve(library, dir, address string, latency time.Duration, join []string) error {
	if err := loadOrm(library); err != nil {
		return err
	}
	options := []app.Option{
		app.WithAddress(address),
		app.WithLogFunc(logWarning),
		app.WithRolesAdjustmentFrequency(time.Second),
	}
	if latency > 0 {
		options = append(options, app.WithNetworkLatency(latency))
	}
	if len(join) > 0 {
		options = append(options, app.WithCluster(join))
	}
	node, err := app.New(dir, options...)
	if err != nil {
		return err
	}
	defer node.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := node.Ready(ctx); err != nil {
		return err
	}
	fmt.Println("ready")
	<-stop
	return nil
}
