#!/bin/bash
# The screen of `uvmsim step' in a terminal: run.sh UVMSIM
#
# tmux is the terminal: keys are sent, and what is to be seen is waited for.
# What stands there is compared with what the line mode says of the same place.
. "$(dirname "$0")/../tools/checks.sh"

script=$top/workloads/examples/fork-cow.uvm
turn=0
mux() { tmux -S "$tmp/tmux$turn" "$@"; }
trap 'mux kill-server 2>/dev/null; rm -rf "$tmp"' EXIT

# start COLUMNS ROWS ARGUMENT...: a new terminal with uvmsim step
start() {
	local size=(-x "$1" -y "$2")

	shift 2
	mux kill-server 2>/dev/null
	turn=$((turn + 1))
	mux -f /dev/null new-session -d "${size[@]}" \
	    "env ${env:-TERM=screen} $uvmsim step $* 2>$tmp/err
	     echo \"status \$?\"; sleep 60"
}

keys() { mux send-keys "$@"; }

screen() { mux capture-pane -p >"$tmp/screen"; }

# sees TEXT...: all of them come to stand there, within ten seconds
sees() {
	local text all

	for _ in {1..100}; do
		screen
		all=1
		for text; do
			grep -qF -- "$text" "$tmp/screen" || all=
		done
		[ -n "$all" ] && return 0
		sleep 0.1
	done
	echo "expected:" "$@"
	cat "$tmp/screen"
	return 1
}

lines() { "$uvmsim" step "$script" "$@" 2>&1; }

# --------------------------------------------------------- there and back ----

start 120 36 "$script"
check "the beginning" sees "operation 0 of" "|kernel ---" "free 163" "n next"
keys n n n
check "three operations" sees "operation 3 of" "=>  13 sh: write buf 16K" \
    " >  17 sh: fork child" "rw- 000800000000-000800010000 4/16 [anon]"
check "what line mode says" sees "$(lines -x 'goto 2' -x next | tail -1 |
    cut -c1-50)"
# The way of the address and its frame.
frame=$(lines -x 'goto 3' -x 'show pte sh 0x800000000' | grep -c .)
check "show pte has lines" [ "$frame" -gt 1 ]
check "the page table" sees "page table, 0x800000000" "PML4E     0  table" \
    "PTE       0  frame 4"
check "frames" sees "of 11 used"
check "the events of the step" sees \
    "  - page fault at 0x800000000, access write" \
    "  - case 2B: nothing was there; anon 1 gets"
cp "$tmp/screen" three

keys n n
check "the end" sees "operation 5 of 5" "faults 5 cow 1"
keys n
check "no further" sees "the run ends here"
keys b b
check "back" sees "operation 3 of 5" "4/16 [anon]"
# Everything but the header and what was said is as it was.
right() { cut -c61- "$1" | sed -n '2,30p'; }
screen
check "the same as before" diff <(right three) <(right screen)

# ------------------------------------------------------ commands and pages ---

keys e
check "a page of reasons" sees "explain ---" "any other key: back" \
    "needs-copy and no amap yet"
keys x
check "and back" sees "operation 3 of 5" "n next"
keys ? 
check "the keys" sees "n Space Right  next operation" "leave"
keys x
keys : "show stats" Enter
check "a command" sees "show stats ---"
keys x
keys : "wehn" Enter
check "a mistyped one" sees "did you mean when?"
keys w "child refs amap buf == 1" Enter
check "when" sees "operation 5 of 5"
keys Home
check "the start" sees "operation 0 of 5"
keys f
check "a fault" sees "operation 3 of 5" "faults 4"
keys g 1 BSpace 5 Enter
check "go to a number" sees "operation 5 of 5"
keys Tab
check "another process" sees "|sh ---"
keys a
check "who acts" sees "|child ---"
keys ']' '}'
check "another page" sees "page table, 0x7fff"

# ------------------------------------------------------- other terminals -----

mux resize-window -x 50 -y 10
check "too small" sees "is too small: 60x16"
mux resize-window -x 100 -y 30
check "larger again" sees "n next" "page table"
keys q
check "left" sees "status 0"
check "nothing was complained" [ ! -s "$tmp/err" ]

start 100 40 --beside personality=netbsd "$script"
check "two sides" sees "personality=freebsd" "personality=netbsd"
keys End
check "both move" sees "000800000000-000800010000" "7f7ff7ef0000-7f7ff7f00000"
keys D
check "where they part" sees "operation"
keys q
check "left too" sees "status"

# A long way is stopped, and the terminal is whole.
start 100 30 gen:uniform:pages=100000:n=2000000000
check "a trace" sees "operation 0 of"
keys End
check "on its way" sees "C stops"
keys C-c
check "stopped" sees "n next"
keys b
check "and useable" sees "of" "n next"
keys q
check "left at last" sees "status 0"

env=TERM=nonsense start 100 30 "$script"
check "a terminal that nobody knows" sees "status 1"
check "what is said of it" says err "the terminal nonsense cannot be drawn on"

finish
