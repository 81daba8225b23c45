#!/bin/bash
# What the command says to people: run.sh UVMSIM
#
#  - words that are mistyped, wherever there is a list of words, are answered
#    with the word that was meant, in one line
#  - colour on a terminal, and none of it in a file, a pipe, under NO_COLOR or
#    with TERM=dumb; without its colours a text is the same
. "$(dirname "$0")/../tools/checks.sh"
unset NO_COLOR UVMSIM_CORE UVMSIM_PID UVMSIM_UID

# ------------------------------------------------- "did you mean" ----

# meant STATUS WORD ARGUMENT...
meant() { refuse "$1" "did you mean $2?" "${@:3}"; }

meant 2 replay repaly x
meant 2 --core run --cor x
meant 2 --core run --coer=x x
meant 2 policy run -m polcy=lru x
meant 2 lru run -m policy=lur x
meant 2 riscv64 run -m arch=rsicv64 x
meant 2 netbsd run -m personality=nebtsd x
meant 2 skylake run -m tlb=skylaek x
meant 2 sieve count --policy seive --frames 1 x
meant 2 lackey count --from lakcey --frames 1 x
meant 2 uvt mrc --from uvtt x
meant 2 zipf generate zpif
meant 2 faults run --stats fautls --samples x /dev/null
meant 2 evictions sweep -s policy=lru,frames=3 --stats evcitions x
meant 2 mem-page bench mem-pgae

# in_script WORD LINE...: the last line has a slip
in_script() {
	printf 'spawn sh\n' >slip.uvm
	printf '%s\n' "${@:2}" >>slip.uvm
	meant 1 "$1" run slip.uvm
}
in_script spawn 'spwan csh'
in_script sh 'hs: mlockall 1'
in_script mmap 'sh: mmpa 4K rw private anon'
in_script MAP_PRIVATE 'sh: mmap 4K rw privat anon'
in_script MADV_FREE 'sh: madvise 4K 4K MADV_FRE'
in_script resident 'expect sh residnet 0 4K == 1'
in_script faults 'expect machine fautls == 1'
in_script map 'show mpa sh'
in_script mincore_mapped 'set mincore_maped 1'
in_script buf 'sh: buf = mmap 4K rw private anon' 'sh: write bfu 4K'

# --------------------------------------------------------- colour ----

cat >fork.uvm <<'END'
spawn sh image=none
sh: buf = mmap 64K rw private anon
sh: write buf 4K
sh: fork child
child: write buf 4K
explain
expect child refs anon buf == 7
END

# on_terminal SETTINGS ARGUMENT...: what the terminal gets
on_terminal() {
	env TERM=xterm script -qec "env $1 $uvmsim ${*:2}" /dev/null </dev/null |
	    tr -d '\r'
}
esc=$(printf '\033')
without() { sed "s/$esc\[[0-9;]*m//g"; }

# paints WHAT PIECE ARGUMENT...: this piece is painted, and nothing is lost
paints() {
	on_terminal COLUMNS=80 "${@:3}" >painted
	on_terminal 'COLUMNS=80 NO_COLOR=1' "${@:3}" >bare
	grep -qF "$2" painted || { bad "$1: no $2 in:"; cat -v painted; return; }
	without <painted | cmp -s - bare || { bad "$1: other words"; return; }
	if grep -q "$esc" bare; then bad "$1: colour under NO_COLOR"; else
		ok
	fi
	on_terminal TERM=dumb "${@:3}" >bare
	if grep -q "$esc" bare; then bad "$1: TERM=dumb"; else ok; fi
	"$uvmsim" "${@:3}" 2>&1 </dev/null | cat >bare
	if grep -q "$esc" bare; then bad "$1: in a pipe"; else ok; fi
}
if command -v script >/dev/null; then
	paints "commands" "$esc[1mCommands:$esc[0m" help
	paints "options" "$esc[1mOptions:$esc[0m" run --help
	paints "a story" "$esc[36mcase 1B$esc[0m" run fork.uvm
	paints "explain" "$esc[36mcase 1B$esc[0m" explain fork.uvm:5
	paints "a complaint" "$esc[31m, got $esc[0m" run fork.uvm
else
	echo "skipped: script(1) is not installed"
fi

finish
