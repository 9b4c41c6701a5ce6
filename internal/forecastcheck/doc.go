// Package forecastcheck plays incidents through with scripted cells, by the playbooks of the program, and sets each
// forecast made on the way beside what then happened: how often the outcome fell below P10, P50 and P90, and how often
// an RTO that was given a chance of p was met. `make forecast-check` prints the tables of BENCHMARKS.md; the tests hold
// the figures within bounds.
package forecastcheck
