package faults

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// echo answers each line with itself.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

func TestALinkIsCutFrozenSlowedAndHealed(t *testing.T) {
	x := link(t, echo(t))
	dial := func() (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", x.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c, bufio.NewReader(c)
	}
	says := func(c net.Conn, r *bufio.Reader, word string) error {
		_ = c.SetDeadline(time.Now().Add(within))
		if _, err := io.WriteString(c, word+"\n"); err != nil {
			return err
		}
		got, err := r.ReadString('\n')
		if err == nil && got != word+"\n" {
			t.Fatalf("%q came back for %q", got, word)
		}
		return err
	}
	c, r := dial()
	if err := says(c, r, "one"); err != nil {
		t.Fatal(err)
	}
	x.Delay(30 * time.Millisecond)
	before := time.Now()
	if err := says(c, r, "slow"); err != nil || time.Since(before) < 60*time.Millisecond {
		t.Fatal(err, time.Since(before))
	}
	x.Heal()
	x.Freeze()
	if _, err := io.WriteString(c, "held\n"); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if got, err := r.ReadString('\n'); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("a frozen link gave %q, %v", got, err)
	}
	x.Heal()
	_ = c.SetReadDeadline(time.Now().Add(within))
	if got, err := r.ReadString('\n'); err != nil || got != "held\n" {
		t.Fatalf("what was held: %q, %v", got, err)
	}
	x.Cut()
	if err := says(c, r, "cut"); err == nil {
		t.Fatal("a cut link carries")
	}
	again, r2 := dial()
	if err := says(again, r2, "cut"); err == nil {
		t.Fatal("a cut link takes a new connection")
	}
	x.Heal()
	last, r3 := dial()
	if err := says(last, r3, "healed"); err != nil {
		t.Fatal(err)
	}
}
