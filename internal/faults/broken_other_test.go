//go:build !linux

package faults

import "errors"

var errLinux = errors.New("only on Linux")

func breakSync() error { return errLinux }

func limitFiles(int64) error { return errLinux }
