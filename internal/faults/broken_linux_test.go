package faults

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"testing"
	"unsafe"
)

// breakSync makes every fsync of this process fail with EIO from now on, as a disk does that goes: the kernel refuses them
// (seccomp), the program is as it is. There is no way back but a new process.
func breakSync() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const (
		load, equal, give = syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS, syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, syscall.BPF_RET | syscall.BPF_K
		allow, errno      = 0x7fff0000, 0x00050000
		noNewPrivs        = 38
		setFilter, tsync  = 1, 1
	)
	filter := []syscall.SockFilter{
		{Code: load}, // the number of the call
		{Code: equal, Jt: 1, K: syscall.SYS_FSYNC},
		{Code: equal, Jf: 1, K: syscall.SYS_FDATASYNC},
		{Code: give, K: errno | uint32(syscall.EIO)},
		{Code: give, K: allow},
	}
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, noNewPrivs, 1, 0, 0, 0, 0); e != 0 {
		return fmt.Errorf("no_new_privs: %w", e)
	}
	number, ok := map[string]uintptr{"amd64": 317, "arm64": 277}[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("the number of seccomp(2) on %s is not known here", runtime.GOARCH)
	}
	if r, _, e := syscall.RawSyscall(number, setFilter, tsync, uintptr(unsafe.Pointer(&program))); e != 0 || r != 0 { //nolint:gosec // the kernel's interface
		return fmt.Errorf("seccomp: %d %w", r, e)
	}
	runtime.KeepAlive(filter)
	return nil
}

// limitFiles lets no file of this process grow beyond so many bytes; 0 lifts it. It is the disk that is full where no small
// file system can be mounted.
func limitFiles(most int64) error {
	signal.Ignore(syscall.SIGXFSZ)
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		return err
	}
	l.Cur = l.Max
	if most > 0 {
		l.Cur = uint64(most)
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l)
}

// disk is a small one that can be full.
type disk struct {
	t    testing.TB
	dir  string
	real bool // a file system of its own; else the process's files are limited
}

const diskSize = 24 << 20

func newDisk(t testing.TB) *disk {
	t.Helper()
	d := &disk{t: t, dir: t.TempDir()}
	err := syscall.Mount("tmpfs", d.dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", diskSize))
	if err != nil {
		t.Logf("NO SMALL FILE SYSTEM HERE (mount: %v): the disk is full by RLIMIT_FSIZE of the console instead, which says EFBIG and not ENOSPC", err)
		return d
	}
	d.real = true
	t.Cleanup(func() { _ = syscall.Unmount(d.dir, syscall.MNT_DETACH) })
	return d
}

// fill leaves so many bytes on the disk.
func (d *disk) fill(p *person, left int64) {
	d.t.Helper()
	if !d.real {
		p.must(asked{Op: "limit-files", Seconds: 1}) // no file grows
		return
	}
	f, err := os.Create(d.dir + "/ballast")
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 4096)
	n := int64(0)
	for {
		k, err := f.Write(b)
		n += int64(k)
		if err != nil {
			break
		}
	}
	if err := f.Truncate(max(0, n-left)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *disk) free(p *person) {
	d.t.Helper()
	if !d.real {
		p.must(asked{Op: "limit-files"})
		return
	}
	if err := os.Remove(d.dir + "/ballast"); err != nil {
		d.t.Fatal(err)
	}
}
