#!/usr/bin/env bash
# Makes the pictures of docs/img from the built program: it is run in tmux as a person would run it, and what the terminal shows is
# drawn by xterm.js in headless Chromium. Needs tmux, chromium, fonts-dejavu-core and npm; xterm.js goes into tools/node_modules.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD out=$PWD/docs/img work=$(mktemp -d)
sock=sangfroid-pictures-$$ n=0
trap 'tmux -L "$sock" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir -p "$out"
[ -d tools/node_modules/@xterm/xterm ] || npm install --silent --no-save --prefix tools @xterm/xterm@5 >/dev/null
export SANGFROID_DATA_DIR=$work/data SANGFROID_AS="A. Martin" SANGFROID_ROLE=director TZ=Europe/Paris LANG=C.UTF-8
sf() { "$root/bin/sangfroid" "$@" >/dev/null; }

# picture NAME COLSxROWS dark|light: draws what the terminal shows.
picture() {
  local cols=${2%x*} rows=${2#*x} bg='#101418' fg='#d8dee4'
  [ "$3" = light ] && bg='#ffffff' fg='#1c2126'
  local data
  data=$(tmux -L "$sock" capture-pane -epN | base64 -w0)
  cat > "$work/page.html" <<HTML
<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="file://$root/tools/node_modules/@xterm/xterm/css/xterm.css">
<style>body{margin:8px;background:$bg}</style><div id="screen"></div>
<script src="file://$root/tools/node_modules/@xterm/xterm/lib/xterm.js"></script><script>
const term = new Terminal({cols:$cols, rows:$rows, scrollback:0, convertEol:true, fontSize:14, fontFamily:'DejaVu Sans Mono',
  cursorInactiveStyle:'none', theme:{background:'$bg', foreground:'$fg'}});
term.open(document.getElementById('screen'));
let bytes = Uint8Array.from(atob('$data'), c => c.charCodeAt(0)), n = bytes.length;
while (n > 0 && bytes[n-1] === 10) n--; // the last line break would scroll
term.write(bytes.subarray(0, n));
</script>
HTML
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files --virtual-time-budget=4000 \
    --user-data-dir="$work/profile" --window-size=$((cols * 9 + 10)),$((rows * 17 + 10)) --screenshot="$out/$1.png" "file://$work/page.html" >/dev/null 2>&1
  echo "docs/img/$1.png"
}

# open COLSxROWS ARGS…: the program in a terminal of that size.
open() {
  tmux -L "$sock" kill-server 2>/dev/null || true
  n=$((n + 1)) sock=sangfroid-pictures-$$-$n # a server that is on its way out does not take a new session
  tmux -L "$sock" -f /dev/null new-session -d -x "${1%x*}" -y "${1#*x}" "TERM=xterm-256color COLORTERM=truecolor '$root/bin/sangfroid' ${*:2}"
  tmux -L "$sock" set -ga terminal-overrides ',*:Tc'
  :
}
# sees waits until the words are on the screen.
sees() {
  for _ in $(seq 100); do
    tmux -L "$sock" capture-pane -p | grep -qF -- "$1" && return
    read -rt 0.1 <> <(:) || true
  done
  echo "pictures: \"$1\" was not seen" >&2; exit 1
}
keys() { tmux -L "$sock" send-keys "$@"; }

id=$("$root/bin/sangfroid" declare "Loss of the Paris-North site" --playbook warm --reported -38m --detected -44m --last-good -15h 2>/dev/null)
sf note "The hosting provider confirms a power cut on the whole site" --from provider --check to-verify --at -36m
sf step start confirm-outage --at -37m; sf step done confirm-outage --at -33m --note "two places, same result"
sf step start alert-cell --at -33m; sf step done alert-cell --at -26m
sf step start call-recovery --at -26m; sf step done call-recovery --at -22m
sf step start open-log --at -26m; sf step done open-log --at -23m
sf step start freeze-copies --at -22m; sf step done freeze-copies --at -19m
sf step start repair-estimate --at -22m; sf step block repair-estimate --note "the provider's desk does not answer" --at -14m
sf step start pick-copies --at -19m; sf step done pick-copies --at -12m
sf step start prepare-network --at -21m; sf step done prepare-network --at -12m
sf step start rebuild-vms --at -11m
sf step targets rebuild-vms --running vm-01..vm-18 --at -11m
sf step targets rebuild-vms --done vm-01..vm-11,vm-13 --at -2m
sf step targets rebuild-vms --failed vm-12 --note "copy unreadable" --at -2m
sf ask go --at -10m
sf criterion go "$("$root/bin/sangfroid" status -o json | sed -n 's/^ *"id": "\(repair[a-z-]*\)",$/\1/p' | head -1)" "not before 18:00" --from provider --verdict for --at -8m || true
sf vote go go --because "the copies are good" --as "B. Leroy" --role it-lead --at -4m || true
sf note "14 counters work on paper" --kind action --as "C. Petit" --role business-lead --at -1m

open 120x40 console "$id" --dark --role director
sees "Timeline"; picture situation 120x40 dark
keys d; sees "because"; picture decide 120x40 dark; keys Escape
sees "3 Catch-up"; keys 2 f; sees "escalation"; picture plan 120x40 dark
open 80x24 console "$id" --light --lang fr
sees "Décision"; picture situation-fr-80x24 80x24 light
open 200x60 console "$id" --dark
sees "Timeline"; picture situation-200x60 200x60 dark

many=$("$root/bin/sangfroid" declare "Loss of both active sites" --playbook vital --occurred -3h --detected -3h 2>/dev/null)
for step in $("$root/bin/sangfroid" step list --incident "$many" -o json | sed -n 's/^ *"id": "\(failover[^"]*\)",$/\1/p'); do
  [ "$step" = failover/open-points ] || sf step skip "$step" --note "not in this picture" --incident "$many"
done
many() { sf --incident "$many" "$@"; }
many step targets open-points --running cp-00001..cp-06000 --at -55m
many step targets open-points --done cp-00001..cp-05200,cp-05341..cp-05790 --at -25m
many step targets open-points --failed cp-01733,cp-05301..cp-05309 --note "line down" --at -20m
many step targets open-points --running cp-06001..cp-09000 --at -12m
open 120x40 console "$many" --dark
sees "Timeline"; keys T; sees "17,000"; keys Down Down Down Right Right; sees "Normandie"; picture grid 120x40 dark
sf timeline import internal/timeline/testdata/github-2018-10-21.csv --out "$work/github.jsonl" --title "GitHub, 21 October 2018" --rto 4h
open 120x40 replay "$work/github.jsonl" --speed 600 --at 2018-10-21T23:13:00Z --zone UTC --dark
sees "REPLAY"; keys Space; sees "‖"; picture replay 120x40 dark
