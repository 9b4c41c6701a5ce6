#!/usr/bin/env bash
# Looks at the pages the report makes: an HTML validator (the Nu checker), then each of them in headless Chromium on a desktop
# in light and dark, on a phone and on A4 paper, with an accessibility checker (axe). Pictures and PDF stay in bin/report-check.
# Fetches what is missing: on Debian chromium, node, java, poppler; the checkers as tools/pages/package-lock.json pins them.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/bin/report-check
rm -rf "$out"; mkdir -p "$out/pages"

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need chromium chromium; need node nodejs; need npm npm; need java default-jre-headless; need pdftotext poppler-utils
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "report-check needs: ${missing[*]}" >&2; exit 1; }
  apt-get update -qq && timeout 300 apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
fi
timeout 180 npm ci --silent --prefix tools/pages

# Shipped playbooks played to their end, an exercise and a trend in both languages; the published timelines as imported, in one
# after the other.
go test -count=1 -run 'TestPages|TestGoldenExercise|TestTrendForms' ./internal/report -pages "$out/pages"
work=$(mktemp -d) lang=fr
trap 'rm -rf "$work"' EXIT
for csv in internal/timeline/testdata/*.csv; do
  name=$(basename "$csv" .csv)
  SANGFROID_DATA_DIR=$work bin/sangfroid timeline import "$csv" --out "$work/$name.jsonl" --rto 4h --mtpd 24h >/dev/null 2>&1
  if [ $lang = en ]; then lang=fr; else lang=en; fi
  SANGFROID_DATA_DIR=$work bin/sangfroid report "$work/$name.jsonl" --lang $lang --as 'A. Martin' --out "$out/pages/$name.$lang.html" 2>/dev/null
done

java -Xss4m -jar tools/pages/node_modules/vnu-jar/build/dist/vnu.jar --Werror --also-check-svg "$out"/pages/*.html
CHROMIUM=$(command -v chromium) timeout 900 node tools/pages/check.mjs "$out" "$out"/pages/*.html
