# shellcheck shell=bash
# The incidents that tools/pictures.sh shows: one of each playbook, in the middle of its work, told by the command line as
# a cell would tell it. Each function sets the variable of its name to the incident's id. Needs sf, the program, and
# SANGFROID_DATA_DIR.

declared() { "$program" declare "$@" 2>/dev/null; }
# at INCIDENT ARGS…: a command about one incident. What a rule refuses is told, and stops the script.
at() { local id=$1; shift; sf --incident "$id" "$@"; }
# steps INCIDENT [STEP=START..DONE | STEP=START..]…: steps that began and ended so many minutes ago.
steps() {
  local id=$1 s from to; shift
  for s in "$@"; do
    from=${s#*=} to=${from#*..} from=${from%%..*} s=${s%%=*}
    at "$id" step start "$s" --at "-${from}m"
    [ -z "$to" ] || at "$id" step "done" "$s" --at "-${to}m"
  done
}
# checks INCIDENT STEP=MINUTES…: a second person looks at what was done.
checks() {
  local id=$1 s; shift
  for s in "$@"; do at "$id" step check "${s%=*}" --as "E. Roux" --role it-lead --at "-${s#*=}m"; done
}
lead=(--as "B. Leroy" --role it-lead)
business=(--as "C. Petit" --role business-lead)
comms=(--as "D. Moreau" --role comms)

# warm: 44 minutes after a power cut, the rebuild began before the decision, the question is open.
scene_warm() {
  warm=$(declared "Loss of the Paris-North site" --playbook warm --reported -38m --detected -44m --last-good -15h)
  local id=$warm
  at "$id" note "The hosting provider confirms a power cut on the whole site" --from provider --check to-verify --at -36m
  steps "$id" confirm-outage=37..33 alert-cell=33..26 call-recovery=26..22 open-log=26..23
  steps "$id" freeze-copies=22..19 repair-estimate=22.. pick-copies=19..12 prepare-network=21..12 rebuild-vms=11..
  at "$id" step block repair-estimate --note "the provider's desk does not answer" --at -14m
  at "$id" step targets rebuild-vms --running vm-01..vm-18 --at -11m
  at "$id" step targets rebuild-vms --done vm-01..vm-11,vm-13 --at -2m
  at "$id" step targets rebuild-vms --failed vm-12 --note "copy unreadable" --at -2m
  at "$id" ask go --at -10m
  at "$id" criterion go repair-time "not before 18:00" --from provider --verdict for --at -8m
  at "$id" criterion go age-of-copies "last night 22:40" --verdict for --at -7m "${lead[@]}"
  at "$id" vote go go --because "the copies are good" "${lead[@]}" --at -4m
  at "$id" repair --likely 4h --min 2h --max 9h --says "hosting provider" --at -6m
  at "$id" obligation stamp aware/nis2 --at -40m --because "the on-call lead was certain"
  at "$id" contact missed host-desk --note "no answer, line busy" --at -15m "${lead[@]}"
  at "$id" contact reached recovery-desk --note "two engineers on it" --at -22m "${lead[@]}"
  at "$id" sitrep issue --file - --next 30m --at -12m <<<"The Paris-North site is without power. The rebuild has begun; the go is being decided."
  at "$id" note "14 counters work on paper" --kind action "${business[@]}" --at -1m
}

# cold: a day and a half after a fire, machines were found, the databases come back, the ledger is being filled.
scene_cold() {
  cold=$(declared "Fire in the computer room" --playbook cold --detected -30h --occurred -31h --last-good -44h)
  local id=$cold
  steps "$id" confirm-loss=1780..1750 alert-cell=1750..1720 call-insurer=1745..1700 degraded-mode=1720..1650 tell-tenants=1715..1690 \
    protect-copies=1750..1725 find-keys=1720..1640 list-copies=1640..1570 repair-estimate=1700..1500 restart-order=1700..1640 \
    source-machines=1720..1530 backup-server=1570..1440 sample-restore=1440..1380
  at "$id" ask go --at -1500m
  at "$id" repair --likely 6d --min 4d --max 12d --says "loss adjuster" --at -1500m
  at "$id" criterion go repair-time "six days at least" --verdict for --from "loss adjuster" --at -1495m
  at "$id" criterion go last-copy "yesterday 02:00, complete" --verdict for --at -1490m "${lead[@]}"
  at "$id" criterion go proof "one machine restored in 55 min" --verdict for --at -1379m "${lead[@]}"
  steps "$id" decision-brief=1500..1480
  at "$id" decide go go --because "the room is lost for a week" --at -1370m
  steps "$id" order-machines=1365..1200 install-base=1195..900 restore-core=900..700 switch-network=890..640
  checks "$id" switch-network=630
  steps "$id" restore-bases=700..250 check-consistency=245..130
  checks "$id" check-consistency=120
  steps "$id" restore-repairs=115..20 restore-rent=115.. restore-lettings=115..
  at "$id" service restored repairs --at -20m
  steps "$id" verify-repairs=18..
  at "$id" catchup open repair-calls --expected 640 --approx --at -18m "${business[@]}"
  at "$id" catchup count repair-calls --replayed 60 --rejected 4 --at -12m "${business[@]}"
  at "$id" catchup count repair-calls --replayed 112 --rejected 9 --reentered 3 --at -6m "${business[@]}"
  at "$id" catchup count repair-calls --replayed 149 --rejected 11 --reentered 6 --at -1m "${business[@]}"
  at "$id" obligation stamp personal-data --at -29h --because "the copies may have been read"
  at "$id" contact reached insurer --note "claim CL-2041" --at -1700m --as "E. Roux" --role scribe
  at "$id" contact missed telecom-desk --note "closed until 08:00" --at -40m "${lead[@]}"
  at "$id" sitrep issue --file - --next 4h --at -65m <<<"Calls and repairs come back this evening. Rents and lettings tomorrow."
  at "$id" note "The agencies ask for 200 more paper forms" --kind action "${business[@]}" --at -9m
}

# hot: the cell waited for the provider, the replica state weighs against, the question comes back in a moment.
scene_hot() {
  hot=$(declared "Loss of the Southern cloud" --playbook hot --detected -34m --occurred -36m --last-good -37m)
  local id=$hot
  steps "$id" confirm=33..28 alert=28..20 inform=20..10 repair=28..14 freeze=28..24 scope=28..18 journal=18..10 make-room=24..9
  at "$id" ask go --at -12m
  at "$id" repair --likely 50m --min 30m --max 3h --says "cloud provider" --at -14m
  at "$id" criterion go repair-time "50 min, not certain" --from "cloud provider" --verdict against --at -12m
  at "$id" criterion go checkpoint-age "36 min" --from replication --verdict for --at -11m "${lead[@]}"
  at "$id" criterion go next-pass "pass at the top of the hour" --from "flight dynamics" --verdict forbids --at -10m "${business[@]}"
  at "$id" vote go wait --because "the pass first" "${business[@]}" --at -9m
  at "$id" vote go go --because "the provider has been wrong before" "${lead[@]}" --at -9m
  at "$id" decide go wait --until +6m --because "the provider answers by then" --dissent "B. Leroy: too late for the RTO" --at -8m
  steps "$id" brief=10..8
  at "$id" obligation stamp aware/nis2 --at -30m --because "two vantage points agree"
  at "$id" contact missed hosting --note "on hold for ten minutes" --at -16m "${lead[@]}"
  at "$id" contact missed hosting --note "cut off" --at -11m "${lead[@]}"
  at "$id" contact reached stations --note "they record everything" --at -19m "${comms[@]}"
  at "$id" note "The journal of group 3 has a gap of four minutes" --check verified --from replication "${lead[@]}" --at -5m
}

# ha: the cluster is back on one site, the shops reconnect in waves, two lines of the ledger are counted.
scene_ha() {
  ha=$(declared "Cluster down after the loss of site A" --playbook ha --detected -95m --occurred -97m --last-good -97m)
  local id=$ha
  steps "$id" confirm=94..91 alert=91..86 degraded=91..82 cluster-state=90..86 replica-state=86..80 repair=90..78 save-logs=85..76 drain=84..80
  at "$id" ask go --at -82m; at "$id" ask force-quorum --at -80m
  at "$id" repair --likely 5h --min 3h --max 12h --says "building manager" --at -80m
  at "$id" criterion go sync-replica "SYNCHRONIZED on node 3" --verdict for --from "database console" --at -80m "${lead[@]}"
  at "$id" criterion force-quorum replica-sync "not synchronising for 90 s" --verdict against --at -79m "${lead[@]}"
  steps "$id" brief=78..76
  at "$id" decide go go --because "the site stays dark for hours" --at -75m
  steps "$id" fence=74..71
  checks "$id" fence=71
  steps "$id" ag-failover=71..66
  at "$id" decide force-quorum go --because "no replica will synchronise" --despite "tills are full by noon" --at -65m
  checks "$id" ag-failover=66
  steps "$id" force=64..59 shipped=66..56
  checks "$id" force=59
  steps "$id" listener=58..55
  checks "$id" shipped=55 listener=55
  steps "$id" db-check=55..48
  checks "$id" db-check=48
  steps "$id" apps=48..43 verify-tills=43..38 verify-stock=43..37 verify-loyalty=43..36
  at "$id" service restored all --at -43m; at "$id" service verified all --at -36m
  steps "$id" pilot=36..26 reconnect=25.. gap=36..14
  shop() { printf 'shop-%04d..shop-%04d' "$1" "$2"; }
  at "$id" step targets reconnect --running "$(shop 1 500)" --at -25m
  at "$id" step targets reconnect --done "$(shop 1 430),$(shop 441 470)" --at -10m
  at "$id" step targets reconnect --running "$(shop 501 900)" --at -9m
  at "$id" step targets reconnect --failed "$(shop 431 433)" --note "no link" --at -8m
  at "$id" step targets reconnect --done "$(shop 501 640)" --at -2m
  at "$id" catchup open tickets --expected 48200 --approx --at -24m "${business[@]}"
  at "$id" catchup count tickets --replayed 9100 --at -18m "${business[@]}"
  at "$id" catchup count tickets --replayed 16800 --rejected 40 --at -12m "${business[@]}"
  at "$id" catchup count tickets --replayed 21900 --rejected 130 --at -6m "${business[@]}"
  at "$id" catchup count tickets --replayed 24300 --rejected 260 --reentered 12 --at -1m "${business[@]}"
  at "$id" catchup open points --expected 9100 --at -12m "${business[@]}"
  at "$id" catchup count points --replayed 9097 --rejected 3 --reentered 3 --at -4m "${business[@]}"
  at "$id" catchup sign points --at -3m "${business[@]}"
  at "$id" obligation stamp aware/nis2 --at -90m --because "writes were down in all shops"
  at "$id" obligation met nis2/early-warning --reference EW-2026-31 --at -20m --as "D. Moreau" --role comms
  at "$id" contact reached shop-desk --note "message to all shops sent" --at -85m "${comms[@]}"
  at "$id" sitrep issue --file - --next 20m --at -30m <<<"Tills work again in ten pilot shops. All shops follow in waves."
}

# vital: two sites lost, the cell has decided, the points reopen in waves, DORA has been told.
scene_vital() {
  vital=$(declared "Loss of both active sites" --playbook vital --occurred -182m --detected -180m --last-good -183m)
  local id=$vital
  steps "$id" confirm-loss=179..170 open-cell=170..160 call-host=170..161 tell-supervisor=160..146 paper=160..130 repair-time=160..144 \
    checkpoint=170..158 business-date=160..143 warm-up=160..142 sandbox=141..122
  at "$id" ask go --at -150m
  at "$id" repair --likely 10h --min 6h --max 30h --says "power network" --at -144m
  at "$id" criterion go sites "both dark" --verdict for --from "power network" --at -149m "${lead[@]}"
  at "$id" criterion go checkpoint-age "10 s before the loss" --verdict for --from replication --at -146m "${lead[@]}"
  steps "$id" brief=143..138
  at "$id" vote go go --because "no other site" --at -136m "${lead[@]}"
  at "$id" decide go go --because "both sites stay dark until the evening" --at -135m
  steps "$id" fence=134..126
  checks "$id" fence=126
  steps "$id" run=126..114 machines=114..95 measure-loss=95..85 consistency=95..84
  at "$id" ask data-loss --at -85m
  checks "$id" consistency=83
  at "$id" vote data-loss commit --because "known and replayable" --at -83m "${lead[@]}"
  at "$id" decide data-loss commit --because "eleven seconds of transfers, all known" --at -82m
  steps "$id" commit=82..78 network=78..70
  checks "$id" network=70
  steps "$id" core-up=78..68 cards-up=68..57 portal-up=68..54 core-verify=68..55 cards-verify=57..49 portal-verify=54..40
  at "$id" service restored all --at -54m
  at "$id" service verified all --at -40m
  steps "$id" functions=55..30 list-loss=55..25 open-points=29.. replay-cards=24..
  local cp; cp() { printf 'cp-%05d..cp-%05d' "$1" "$2"; }
  at "$id" step targets open-points --running "$(cp 1 6000)" --at -28m
  at "$id" step targets open-points --done "$(cp 1 5200),$(cp 5341 5790)" --at -18m
  at "$id" step targets open-points --failed "cp-01733,$(cp 5301 5309)" --note "line down" --at -14m
  at "$id" step targets open-points --running "$(cp 6001 9000)" --at -10m
  at "$id" catchup open card-payments --expected 3900 --approx --at -24m --as "F. Simon" --role payments-lead || at "$id" catchup open card-payments --expected 3900 --approx --at -24m "${business[@]}"
  at "$id" catchup count card-payments --replayed 700 --at -18m "${business[@]}"
  at "$id" catchup count card-payments --replayed 1250 --rejected 20 --at -12m "${business[@]}"
  at "$id" catchup count card-payments --replayed 1540 --rejected 37 --reentered 6 --at -5m "${business[@]}"
  at "$id" catchup open branches --expected 21000 --approx --at -20m "${business[@]}"
  at "$id" obligation stamp aware/dora --at -178m --because "the on-call lead was certain"
  at "$id" obligation stamp classified-major --at -165m --because "two criteria are met"
  at "$id" obligation met dora/initial --reference REF-2026-114 --at -60m "${comms[@]}"
  at "$id" contact reached supervisor-desk --note "named contact given" --at -150m "${comms[@]}"
  at "$id" contact missed clearing-desk --note "nobody answers" --at -20m "${comms[@]}"
  at "$id" sitrep issue --file - --next 15m --at -35m <<<"The third site carries all services. Contact points reopen in waves."
  at "$id" ask reopen-payments --at -4m
}

# closed: an incident that is over; drill: an exercise that begins.
scene_rest() {
  closed=$(declared "Cooling failure, server room 2" --playbook warm --service portal --reported -5h --detected -5h --last-good -6h)
  at "$closed" ask go --at -280m
  at "$closed" decide go no-go --because "cold again in an hour" --review +1m --at -270m || at "$closed" decide go abandon --because "cold again in an hour" --at -270m
  at "$closed" service restored all --at -230m; at "$closed" service verified all --at -220m; at "$closed" service resumed all --at -200m
  at "$closed" catchup accept online-requests --because "nothing was lost" --lost 0 --at -190m
  at "$closed" close --because "cold again, nothing lost"
  drill=$(declared "Yearly test of the recovery site" --playbook warm --drill --reported -3m --detected -4m)
}

facilitator=(--as "F. Aubert" --role facilitator)
evaluator=(--as "H. Girard" --role evaluator)
# exercise: 52 minutes into the drill of the warm playbook. The go is late, the chair of the board has called, injects wait for
# an answer, one was skipped, one put off, one improvised, the evaluator has seen two things.
scene_exercise() {
  exercise=$(started warm --speed 1)
  local id=$exercise
  told "$id" +00:00 1; told "$id" +00:03 2; steps_now "$id" start:confirm-outage
  answered "$id" 1 "seen from a phone on mobile data too: all 35 are out" "${lead[@]}"
  told "$id" +00:06 3; steps_now "$id" done:confirm-outage start:call-recovery start:open-log
  answered "$id" 2 "paper it is, number every slip, next word at 09:45" "${business[@]}"
  told "$id" +00:09 4; steps_now "$id" done:call-recovery done:open-log start:repair-estimate
  at "$id" repair --likely 30m --says "hosting provider, first line" "${lead[@]}"
  told "$id" +00:14 5; steps_now "$id" start:freeze-copies start:pick-copies start:prepare-network
  at "$id" note "Distribution board burnt, says a technician on site" --from "technician of a neighbouring customer" --check to-verify "${lead[@]}"
  at "$id" exercise observe "two sources that contradict each other were both written down" --kind strength --objective decide --inject 5 "${evaluator[@]}"
  told "$id" +00:18 8; steps_now "$id" done:freeze-copies done:pick-copies
  told "$id" +00:20 6; at "$id" repair --likely 6h --min 3h --max 12h --says "hosting provider, duty manager" "${lead[@]}"
  answered "$id" 6 "range noted with its author, the half hour is denied" "${lead[@]}"
  told "$id" +00:22 7; steps_now "$id" done:prepare-network start:rebuild-vms
  told "$id" +00:30 10; at "$id" ask go
  at "$id" criterion go age-of-copies "last night 22:40" --verdict for "${lead[@]}"
  at "$id" exercise observe "nobody said from which minute the RTO counts" --kind improvement --objective origin "${evaluator[@]}"
  at "$id" exercise score early performed --because "at 09:32, without waiting for the go" "${evaluator[@]}"
  told "$id" +00:36; at "$id" exercise skip 3b --because "the director asked for the hour himself" "${facilitator[@]}"
  at "$id" exercise improvise "Four journalists stand at the entrance and film." --from "Reception desk" --to comms --channel verbal "${facilitator[@]}"
  told "$id" +00:42 11; at "$id" exercise delay 17 5m --because "they are busy enough" "${facilitator[@]}"
  told "$id" +00:50 12; told "$id" +00:52
}
# over is a drill that has ended, real one that a real emergency ended, solo one that somebody plays alone.
scene_over() {
  local exercise; scene_exercise; over=$exercise
  told "$over" +01:00 15; answered "$over" 12 "we move, the order is out at ten" --as "A. Martin" --role director
  at "$over" decide go go --because "six hours are likely, the copies are good" --dissent "C. Petit: the counters are not ready"
  told "$over" +01:40; at "$over" exercise score origin major-challenges --because "three different hours in the notes" "${evaluator[@]}"
  at "$over" exercise score decide some-challenges "${evaluator[@]}"
  at "$over" exercise end --because "as planned" "${facilitator[@]}"
  real=$(started warm); told "$real" +00:00 1
  at "$real" note "real emergency, stop the exercise" "${lead[@]}"
  solo=$("$program" exercise run demo --solo --no-console 2>/dev/null)
}
# started SCENARIO ARGS…: a drill begun, its id.
started() { "$program" exercise run "$@" --no-console "${facilitator[@]}" 2>/dev/null; }
# told INCIDENT TIME [N]…: the exercise's clock goes there, and the injects are sent.
told() {
  local id=$1 n
  [ "$2" = +00:00 ] || at "$id" exercise jump "$2" "${facilitator[@]}"
  for n in "${@:3}"; do at "$id" exercise send "$n" "${facilitator[@]}"; done
}
answered() { at "$1" exercise answer "$2" "$3" "${@:4}"; }
# steps_now INCIDENT start:STEP|done:STEP…: at this moment of the exercise.
steps_now() { local id=$1 s; shift; for s in "$@"; do at "$id" step "${s%%:*}" "${s#*:}" "${lead[@]}"; done; }
