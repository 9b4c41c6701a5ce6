#!/usr/bin/env bash
# Looks for known vulnerabilities in what the program calls. It needs the Go vulnerability database: the public one, or a copy
# of it named by VULNDB (https://… or file:///…). Without it nothing is checked, and this fails and says so.
set -uo pipefail
cd "$(dirname "$0")/.."
go -C tools build -o ../bin/govulncheck golang.org/x/vuln/cmd/govulncheck || exit 1
rm -f bin/vuln.state
args=()
[ -n "${VULNDB:-}" ] && args+=(-db "$VULNDB")
out=$(bin/govulncheck "${args[@]}" ./... 2>&1)
code=$?
echo "$out"
if grep -q 'fetching vulnerabilities' <<<"$out"; then
  echo unreachable > bin/vuln.state
  echo "vuln: NOT CHECKED. The vulnerability database cannot be reached from here; run it where it can, or give a copy with VULNDB=file:///path." >&2
  exit 2
fi
exit $code
