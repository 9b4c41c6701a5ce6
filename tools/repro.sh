#!/usr/bin/env bash
# Builds what is committed twice, in two places, the second time without the build cache, and compares the programs byte for byte.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
version=$(git describe --tags --always 2>/dev/null || echo dev)
for n in one two/deeper; do
  mkdir -p "$work/$n"
  git archive HEAD | tar -x -C "$work/$n"
done
make -s -C "$work/one" build VERSION="$version"
GOCACHE="$work/cache" make -s -C "$work/two/deeper" build VERSION="$version"
sum() { sha256sum < "$work/$1/bin/sangfroid" | cut -d' ' -f1; }
a=$(sum one) b=$(sum two/deeper)
if [ "$a" != "$b" ]; then
  echo "repro: the two builds differ: $a $b" >&2
  exit 1
fi
echo "repro: $version is $a, built twice"
