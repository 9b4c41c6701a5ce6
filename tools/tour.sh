# shellcheck shell=bash
# What tools/pictures.sh looks at when every screen is looked at. Needs its functions and the scenes.

turn=0 looks=("80x24 dark fr" "120x40 light en" "200x60 dark fr" "80x24 light en" "120x40 dark fr" "200x60 light en")

# shot NAME INCIDENT SIZE GROUND LANG ARGS KEYS: one screen of the tour. ARGS of "console" when empty; "t:words" types.
shot() {
  local name=$1 id=$2 ground=$4 k
  [[ $name =~ $only ]] || return 0
  open "$3" "${6:-console $id}" "--$4" --lang "$5"
  pause 0.5; settles
  for k in $7; do
    case $k in t:*) tmux -L "$sock" send-keys -l "${k#t:}" ;; *) keys "$k" ;; esac
    pause 0.1; settles
  done
  keep "$dir/$name" "$ground"
}

# tour takes every screen: those that differ by playbook once on each, the others in three of the six looks.
tour() {
  dir=$1 only=${2:-.}
  mkdir -p "$dir"; set -f # ? is a key
  for s in warm cold hot ha vital rest; do "scene_$s"; done
  import_github
  local i=0 j b line name k
  while read -r name k; do
    j=0
    for b in cold warm hot ha vital; do
      shot "$name-$b" "${!b}" ${looks[(i + j) % 6]} "" "$k"; j=$((j + 1))
    done
    i=$((i + 1))
  done <<'KEYS'
situation
situation-b
decision 1 f
decide d
branches w
plan 2 f
step 2 Down s
ledger 3 f
count c
legal o
targets T
contacts k
reports R
sitrep r
handover h
log 4 f
search / t:go Enter
KEYS
  while read -r name b k; do
    for j in 0 1 2; do shot "$name-$j" "${!b}" ${looks[(i + 2 * j + j / 2) % 6]} "" "$k"; done
    i=$((i + 1))
  done <<'KEYS'
palette warm :
nothing ha : t:zzz
keys vital ?
people warm p
who warm F2
milestone ha m
repair hot b
origin cold t
criterion warm e
vote warm v
ask warm a
note hot n
addstep warm +
addflow ha C
launch hot l
close vital x
contact warm k Enter
stamp warm o Enter
entry ha 4 Down Down Enter
gridlist vital T l
gridzoom ha T Enter
inbox warm i
quit warm q
closed closed
drill drill
KEYS
  for j in 0 1 2; do
    line=${looks[(i + 2 * j + j / 2) % 6]}
    shot "home-$j" - $line console ""
    shot "declare-$j" - $line console d
    shot "replay-$j" - $line "$(replay_github)" Space
    shot "plain-$j" "$hot" $line "console $hot --plain" ""
    shot "doctor-$j" - $line doctor ""
  done
  set +f
  sheets
}

# sheets puts what was kept on pictures: six small screens on one, two of the usual size, one large one.
sheets() {
  local b k
  for b in 80x24:6 120x40:2 200x60:1; do
    # shellcheck disable=SC2046
    set -- $(grep -l "^${b%:*} " "$dir"/*.meta | sed 's/\.meta$//')
    while [ $# -gt 0 ]; do
      k=$(($# < ${b#*:} ? $# : ${b#*:}))
      draw "$dir/${b%:*}-$(basename "$1").png" "${@:1:k}"; shift "$k"
    done
  done
}

# drill takes the screens of exercises and of replay, each in three of the six looks and once without colour.
drill() {
  dir=$1 only=${2:-.}
  mkdir -p "$dir"
  local fac="--as 'F. Aubert' --role facilitator" eva="--as 'H. Girard' --role evaluator" it="--as 'B. Leroy' --role it-lead" run=$work/EXERCISE-run.jsonl
  local com="--as 'D. Moreau' --role comms" obs="--as 'Z. Faure' --role observer" again=$work/EXERCISE-again.jsonl
  scene_warm; scene_over; import_github
  sf exercise run warm --headless --seed 7 --out "$run"; sf exercise run warm --headless --seed 8 --out "$again"
  set -f
  each fac-situation "" "$fac"; each fac-agenda E "$fac"; each fac-armed "E s" "$fac"; each fac-delay "E d" "$fac"; each fac-skip "E k" "$fac"
  each fac-improvise "E i" "$fac"; each fac-jump "E j t:+10m" "$fac"; each fac-roles "E Tab" "$fac"; each fac-goals "E Tab Tab" "$fac"; each fac-end "E x" "$fac"
  each fac-delayall "E D" "$fac"; each fac-sent "E End" "$fac"; each fac-reserve "E Down Down Down" "$fac"
  each dir-situation ""; each dir-plan "2 f"; each dir-decide d; each dir-timeline "4 f"; each dir-inbox E; each dir-down "E Down"; each dir-answer "E a"
  each dir-emergency "!"; each dir-phrase "n t:real Space t:emergency, Space t:stop Space t:the Space t:exercise"; each dir-palette : ; each dir-contacts k; each dir-sitrep r
  each it-situation "" "$it"; each it-inbox "E Down Down" "$it"; each com-inbox E "$com"
  each eva-goals E "$eva"; each eva-agenda "E Tab" "$eva"; each eva-observe "E o t:the Space t:press Space t:waited" "$eva"; each eva-score "E c" "$eva"
  each obs-situation "" "$obs"; each obs-agenda E "$obs"
  each paused-fac E "$fac"; each paused-it "" "$it"
  each solo-situation "" "" "$solo"; each solo-inbox E "" "$solo"; each solo-answer "E a" "" "$solo"
  each over-situation "" "" "$over"; each over-goals E "" "$over"; each over-fac E "$fac" "$over"; each over-roles "E Tab Tab" "$fac" "$over"
  each real-situation "" "" "$real"; each real-exercise E "" "$real"; each real-declare ! "" "$real"
  all home console ""; all home-train console e
  all replay "replay $run --at +55m --paused" ""; all replay-moments "replay $run --at +55m --paused" m; all replay-jump "replay $run --at +55m --paused" "g t:+1h"
  all replay-loop "replay $run --at +90m --loop --skip-silences --speed 60" ""; all replay-exercise "replay $run --at +55m --paused" E
  all replay-plan "replay $run --at +55m --paused" "2 f"; all replay-github "$(replay_github)" Space; all replay-keys "replay $run --at +55m --paused" ?
  all diff "timeline diff $run $again --screen" ""; all diff-other "timeline diff $run $work/github.jsonl --screen" ""
  set +f
  sheets
}

# each NAME KEYS [WHO] [INCIDENT]: a screen of the drill under way, begun anew for each group of screens.
each() {
  local group=${1%%-*}
  [[ $1 =~ $only ]] || return 0
  if [ -z "${4:-}" ] && [ "$group" != "${begun:-}" ]; then
    begun=$group; scene_exercise
    [ "$group" != paused ] || at "$exercise" exercise pause --because "a question in the room" "${facilitator[@]}"
  fi
  all "$1" "console ${4:-$exercise} ${3:-}" "$2"
}
# all NAME ARGS KEYS: a screen in three sizes, each in the grounds and languages in turn, and without colour at 80x24.
all() {
  local j drills=("80x24 dark fr" "120x40 light en" "200x60 dark en" "80x24 light en" "120x40 dark fr" "200x60 light fr")
  for j in 0 1 2; do shot "$1-$j" - ${drills[(3 * turn + j) % 6]} "$2" "$3"; done
  shot "$1-mono" - 80x24 dark en "$2 --no-color" "$3"
  turn=$((turn + 1))
}
