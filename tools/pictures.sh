#!/usr/bin/env bash
# Pictures of the built program: it is run in tmux as a person would run it, and what the terminal shows is drawn by xterm.js
# in headless Chromium. Needs tmux, chromium, fonts-dejavu-core and npm; xterm.js goes into tools/node_modules.
#
#   tools/pictures.sh                    the pictures of docs/img
#   tools/pictures.sh tour DIR [REGEXP]  every screen, on every playbook, in every size, ground and language at least once
#   tools/pictures.sh drill DIR [REGEXP] every screen of exercises and of replay, the same
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD work=$(mktemp -d) program=$PWD/bin/sangfroid sock='' aside='' n=0
trap 'tmux -L "$sock" kill-server 2>/dev/null || true; tmux -L "$aside" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
[ -d tools/node_modules/@xterm/xterm ] || npm install --silent --no-save --prefix tools @xterm/xterm@5 >/dev/null
export SANGFROID_DATA_DIR=$work/data SANGFROID_AS="A. Martin" SANGFROID_ROLE=director TZ=Europe/Paris LANG=C.UTF-8
# sf is the program, silent; what a rule refuses is told.
sf() { "$program" "$@" >/dev/null 2>"$work/said" || { echo "pictures: sangfroid $*" >&2; cat "$work/said" >&2; return 1; }; }
# shellcheck source=tools/scenes.sh
. tools/scenes.sh
# shellcheck source=tools/tour.sh
. tools/tour.sh

# open COLSxROWS ARGS…: the program in a terminal of that size.
open() {
  tmux -L "$sock" kill-server 2>/dev/null || true
  n=$((n + 1)) size=$1 sock=sangfroid-pictures-$$-$n # a server that is on its way out does not take a new session
  tmux -L "$sock" -f /dev/null new-session -d -x "${1%x*}" -y "${1#*x}" "TERM=xterm-256color COLORTERM=truecolor '$program' ${*:2}; read -r _"
  tmux -L "$sock" set -ga terminal-overrides ',*:Tc'
}
screen() { tmux -L "$sock" capture-pane -p; }
pause() { read -rt "$1" <> <(:) || true; }
# sees waits until the words are on the screen.
sees() {
  for _ in $(seq 100); do
    screen | grep -qF -- "$1" && return
    pause 0.1
  done
  echo "pictures: \"$1\" was not seen" >&2; screen >&2; exit 1
}
# settles waits until nothing but the clocks moves.
settles() {
  local now before=
  for _ in $(seq 60); do
    now=$(screen | tr -d '0-9█▀▄ ')
    [ -n "$now" ] && [ "$now" = "$before" ] && return
    before=$now; pause 0.25
  done
}
keys() { tmux -L "$sock" send-keys "$@"; }

# keep FILE dark|light: what the terminal shows, for draw.
keep() { tmux -L "$sock" capture-pane -epN > "$1.ansi"; echo "$size $2" > "$1.meta"; }

# draw OUT.png FILE…: kept screens on one picture, from left to right and top to bottom, at most 1,400 points wide.
draw() {
  local out=$1 x=0 y=0 high=0 width=0 f cols rows size ground w h bg fg i=0; shift
  {
    echo "<!doctype html><meta charset=utf-8><link rel=stylesheet href='file://$root/tools/node_modules/@xterm/xterm/css/xterm.css'>"
    echo "<style>body{margin:0;background:#777}div.t{position:absolute;padding:8px}</style><script src='file://$root/tools/node_modules/@xterm/xterm/lib/xterm.js'></script>"
    for f in "$@"; do
      read -r size ground < "$f.meta"; cols=${size%x*} rows=${size#*x} i=$((i + 1))
      w=$((cols * 843 / 100 + 16)) h=$((rows * 16 + 16))
      [ "$x" -gt 0 ] && [ $((x + w)) -gt 1400 ] && x=0 y=$((y + high + 6)) high=0
      bg='#101418' fg='#d8dee4'; [ "$ground" = light ] && bg='#ffffff' fg='#1c2126'
      cat <<HTML
<div class=t id=t$i style="left:${x}px;top:${y}px;background:$bg"></div><script>{
const term = new Terminal({cols:$cols, rows:$rows, scrollback:0, convertEol:true, fontSize:14, fontFamily:'DejaVu Sans Mono',
  cursorInactiveStyle:'none', theme:{background:'$bg', foreground:'$fg'}});
term.open(document.getElementById('t$i'));
let bytes = Uint8Array.from(atob('$(base64 -w0 < "$f.ansi")'), c => c.charCodeAt(0)), n = bytes.length;
while (n > 0 && bytes[n-1] === 10) n--; // the last line break would scroll
term.write(bytes.subarray(0, n)); }</script>
HTML
      width=$((x + w > width ? x + w : width)) high=$((h > high ? h : high)) x=$((x + w + 6))
    done
  } > "$work/page.html"
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files --virtual-time-budget=4000 \
    --user-data-dir="$work/profile" --window-size="$width,$((y + high))" --screenshot="$out" "file://$work/page.html" >/dev/null 2>&1
  echo "$out"
}

# picture NAME dark|light: one of docs/img.
picture() { settles; keep "$work/one" "$2"; draw "$root/docs/img/$1.png" "$work/one"; }

replay_github() { echo "replay '$work/github.jsonl' --speed 600 --at 2018-10-21T23:13:00Z --zone UTC"; }
import_github() { sf timeline import internal/timeline/testdata/github-2018-10-21.csv --out "$work/github.jsonl" --title "GitHub, 21 October 2018" --rto 4h; }

docs() {
  scene_warm
  open 120x40 console "$warm" --dark; sees "~"; picture situation dark
  keys d; sees "because"; picture decide dark; keys Escape
  sees "3 Catch-up"; keys 2 f; sees "escalation"; picture plan dark
  open 80x24 console "$warm" --light --lang fr; sees "P(RTO)"; picture situation-fr-80x24 light
  open 200x60 console "$warm" --dark; sees "~"; picture situation-200x60 dark
  scene_hot
  open 120x40 console "$hot" --dark; sees "~"; keys 1 f; sees "repair estimates"; picture branches dark
  scene_ha
  open 120x40 console "$ha" --light; sees "Timeline"; keys 3 f; sees "account"; picture catchup light
  scene_vital
  open 120x40 console "$vital" --dark; sees "Timeline"; keys T; sees "17,000"; keys Down Down Down Right Right; sees "Normandie"; picture grid dark
  keys Escape; sees "4 Timeline"; keys o; sees "GDPR"; picture legal dark
  import_github
  open 120x40 "$(replay_github)" --dark; sees "REPLAY"; keys Space; sees "‖"; picture replay dark
  docs_drill
}

# docs_drill: the facilitator, a player beside whom the facilitator's console runs, and the replay of a drill.
docs_drill() {
  scene_exercise
  open 120x40 "console $exercise --as 'F. Aubert' --role facilitator" --dark; sees "EXERCISE"; keys E; sees "Injects"; keys Down; picture facilitator dark
  beside
  open 120x40 "console $exercise --as 'B. Leroy' --role it-lead" --light; sees "to answer"; keys E; sees "Received"; keys Down Down; picture player light
  tmux -L "$aside" kill-server 2>/dev/null || true
  sf exercise run warm --headless --seed 7 --out "$work/EXERCISE-run.jsonl"
  open 120x40 "replay '$work/EXERCISE-run.jsonl' --at +55m --paused" --dark; sees "‖"; keys m; sees "key moments"; picture replay-drill dark
}
# beside runs the facilitator's console out of sight, so that players see that there is one.
beside() {
  aside=$sock-beside
  tmux -L "$aside" -f /dev/null new-session -d -x 80 -y 24 "TERM=xterm-256color '$program' console $exercise --as 'F. Aubert' --role facilitator"
}

case ${1:-docs} in
docs) docs ;;
docs_drill) docs_drill ;;
tour|drill) "$1" "$(realpath -m "${2:?a directory for the pictures}")" "${3:-}" ;;
*) sed -n 2,8p "$0" >&2; exit 2 ;;
esac
