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

	for _ in {1..200}; do
		screen
		all=1
		for text; do
			grep -qF -- "$text" "$tmp/screen" || all=
		done
		[ -n "$all" ] && return 0
		sleep 0.05
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

# --------------------------------------------------------- looking around ----

# row N: what stands there
row() { sed -n "$1p" "$tmp/screen"; }

# A page that is longer than the terminal: lines from the first to the last.
mux resize-window -x 80 -y 20
keys ?
check "a page begins" sees "keys ---" "n Space Right"
first=$(row 2)
keys Down
check "a line on" sees "b Left  " "F            next"
check "the first line is gone" [ "$(row 2)" != "$first" ]
second=$(row 2)
keys Down Up Up Up
check "and back" sees "n Space Right"
keys NPage
check "the last lines" sees "q              leave"
end=$(row 18)
keys Space Down
check "there is nothing behind them" [ "$(screen; row 18)" = "$end" ]
keys PPage
check "a page back" sees "n Space Right"
keys Down
check "the same second line" sees "$second"
mux resize-window -x 80 -y 22
check "a page in another size" sees "Up Down PgUp PgDn" "$second"
keys x
check "the run again" sees "operation 5 of 5"

# Entries and pages, there and back.
address() {
	screen
	sed -n 's/.*page table, \(0x[0-9a-f]*\).*/\1/p' "$tmp/screen"
}
keys Home f a
check "an address" sees "page table, 0x800000000"
keys ']'
check "the next entry" sees "page table, 0x7ff"
keys '['
check "the entry before" sees "page table, 0x800000000"
keys '['
sleep 0.2
check "there is none before" [ "$(address)" = 0x800000000 ]
keys '}' '}' '{'
check "a page on" sees "page table, 0x800001000"
keys L
check "no other side" sees "there is one side; --beside gives another"

# What is typed: given up, taken back, too long.
keys : "show st" Escape
check "given up" sees "n next"
keys : "xyz" C-u "show queues" Left Enter
check "begun again" sees "show queues ---"
keys x
keys : BSpace BSpace C-c
check "given up too" sees "n next"
keys C-c
keys : Enter
check "nothing is no command" sees "n next" "operation 3 of 5"
keys g 5 BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace Enter
check "all of it taken back" sees "operation 3 of 5"
keys : "$(printf 'x%.0s' {1..250})" Enter
check "a long command" sees "operation 3 of 5"
keys '~' n
check "a key that is none" sees "operation 4 of 5"
keys -H 1b 5b 4d 60 21 21
check "the wheel goes back" sees "operation 3 of 5"
keys -H 1b 5b 4d 61 21 21
check "and on" sees "operation 4 of 5"

# ------------------------------------------------------- other terminals -----

mux resize-window -x 50 -y 10
check "too small" sees "is too small: 60x16"
mux resize-window -x 100 -y 10
check "too low" sees "100x10 is too small: 60x16"
mux resize-window -x 50 -y 30
check "too narrow" sees "50x30 is too small: 60x16"
mux resize-window -x 100 -y 30
check "larger again" sees "n next" "page table"
keys q
check "left" sees "status 0"
check "nothing was complained" [ ! -s "$tmp/err" ]

# What was said, scrolled: no further than to its first line.
start 80 20 "$script"
check "a small one" sees "operation 0 of" "said -" "at the beginning"
keys Up
check "no row back" sees "said -"
keys n n n
check "three on" sees "operation 3 of"
keys Up
check "a row back" sees "said, 1 rows back"
keys Down
check "and on" sees "said -"
keys Down Up Up Up
check "three back" sees "said, 3 rows back"
# shellcheck disable=SC2046	# words
keys $(printf 'Up %.0s' {1..40})
check "as far as it goes" sees "rows back" "at the beginning of"
sleep 0.3; screen; cp "$tmp/screen" top
keys Up Up
sleep 0.2; screen
check "no further" cmp -s "$tmp/screen" top
check "its first line is the first" [ "$(sed -n 9p top | cut -c1-16)" = \
    "at the beginning" ]
keys n
check "what is new is shown" sees "said -"
keys q
check "the small one is left" sees "status 0"

start 100 40 --beside personality=netbsd "$script"
check "two sides" sees "personality=freebsd" "personality=netbsd"
keys End
check "both move" sees "000800000000-000800010000" "7f7ff7ef0000-7f7ff7f00000"
keys D
check "where they part" sees "operation"
keys L
check "the right side is told" sees "looking at personality=netbsd"
keys L
check "both are" sees "looking at both"
keys L
check "the left one" sees "looking at personality=freebsd"
keys q
check "left too" sees "status"

# Pages in swap, frames that were written, lines with other bytes, a process
# that has ended; a terminal without colours, and one that shall have none.
cat >swap.uvm <<'END'
machine ram=512K swap=2M
# what is no ASCII: é	and a tab
spawn sh image=none
sh: code = mmap 64K rx private anon
sh: big = mmap 768K rw private anon
sh: write big 768K
sh: fork child
child: exit
sh: read big 64K
END
for env in TERM=vt100 "TERM=screen NO_COLOR=1" "TERM=screen NO_COLOR="; do
	start 120 30 "$tmp/swap.uvm"
	check "$env: bytes that are no ASCII" sees \
	    "# what is no ASCII: ?? and a tab"
	keys n n n
	check "$env: an entry" sees "operation 3 of" "r-x " "rw- "
	keys n
	check "$env: in swap" sees "operation 4 of" "+swap [anon]" "~~"
	keys End Tab
	check "$env: one process is left" sees "|sh ---"
	keys q
	check "$env: left" sees "status 0"
done
env=

# Processes in a round; frames of files; entries more than fit.
cat >many.uvm <<'END'
machine ram=1M
file /f 64K
spawn a image=none
spawn b image=none
spawn c image=none
a: f = mmap 64K rw shared file /f
a: write f 32K
END
for i in {0..19}; do
	echo "a: mmap 4K rw private anon fixed at $((0x10000000 + i * 0x10000))"
done >>many.uvm
start 100 30 "$tmp/many.uvm"
keys End
check "many entries" sees "|a ---" "tttFFFFFFF"
keys Tab
check "the second process" sees "|b ---"
keys Tab
check "the third process" sees "|c ---"
keys Tab
check "the first again" sees "|a ---"
keys Home
check "no process yet" sees "operation 0 of" "|kernel ---"
keys Tab '[' '}'
check "nothing to look at" sees "|kernel ---"
keys i
check "two lines are no page" sees "info ---"
keys x
keys End
mux resize-window -x 60 -y 16
check "the smallest" sees "n next  b back"
keys ']' ']' ']' ']' ']' ']' ']' ']' ']' ']' ']' ']'
check "the twelfth entry" sees "page table, 0x100b0000"
keys q
check "many left" sees "status 0"

# More lines than are kept: the last ones.
printf 'spawn sh image=none\nsh: m = mmap 16M rw private anon\n' >long.uvm
printf 'sh: write m 12M\n' >>long.uvm
start 80 20 "$tmp/long.uvm"
keys End : "show pages sh m 12M" Enter
check "a long page" sees "show pages sh m 12M ---"
keys q q
check "and left" sees "status 0"

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

# Two sides where there is hardly room for one; what has no lines to show.
start 60 16 --beside personality=netbsd "$script"
check "two sides, small" sees "freebsd: kernel" "netbsd: kernel"
keys n n n
check "both go on, small" sees "freebsd: sh" "netbsd: sh"
keys q
check "small, left" sees "status 0"

start 80 20 "$script"
check "there" sees "operation 0 of"
keys : "show xyz" C-h C-h C-h "queues" Enter
check "taken back with ^H" sees "show queues ---"
keys x o
check "no page of no lines" sees "n next"
keys q
check "left again" sees "status 0"

start 80 20 "$tmp/nowhere.uvm"
check "no such script" sees "status 1"
check "and what it was" says err "nowhere.uvm: No such file"
env="-u TERM" start 80 20 "$script"
check "no terminal at all" sees "status 1"
check "what is said of that" says err "the terminal (no TERM) cannot be drawn"

env=TERM=nonsense start 100 30 "$script"
check "a terminal that nobody knows" sees "status 1"
check "what is said of it" says err "the terminal nonsense cannot be drawn on"

finish
