// Command sangfroid is the terminal console of a crisis cell.
package main

import (
	"os"
	"sangfroid/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
