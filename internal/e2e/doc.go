// Package e2e has the tests that drive the built program as people do: in a terminal of its own, with keys, with kill -9.
package e2e
