#!/bin/bash
# Lessons and the numbers of textbooks: run.sh UVMSIM
#
#  - every script of workloads/lessons runs, expects something, and gets it
#  - the reference strings: the .lackey file and the .uvm script of a name have
#    the same references; every number of the table below comes out of `count',
#    of a machine with that policy and so many frames, and, for LRU and OPT, of
#    `mrc'
#  - the working-set policy on Belady's string, three ways
#  - `uvmsim lesson' tells each lesson of docs/lessons with the very output that
#    the page shows; its questions are answered by runs as the file answers
#    says, and wrong answers are found
#  - exercises of many seeds: an oracle that knows only their text finds the
#    answers of the key (oracle.awk); keys are marked as all right, a wrong
#    answer as wrong; no two seeds are alike
#  - answer files that cannot be read, options that do not go together
#  - questions asked on a terminal
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"
cd "$top" || exit 1
lessons=workloads/lessons

# equal WANTED GOT WHAT
equal() {
	if [ "$1" = "$2" ]; then ok; else bad "$3: expected $1, got $2"; fi
}

# number KEY: of the JSON object on standard input, its first one
number() {
	tr '{,}' '\n\n\n' | awk -F: -v key="\"$1\"" '$1 == key {
		print $2; exit }'
}

# ------------------------------------------------------------ scripts ----

n=0
for script in "$lessons"/*.uvm; do
	n=$((n + 1))
	if ! "$uvmsim" run --json --machine check=on "$script" >"$tmp/json" \
	    2>"$tmp/err" || [ -s "$tmp/err" ]; then
		bad "$script: $(head -2 "$tmp/err")"
	elif [ "$(number passed <"$tmp/json")" -eq 0 ]; then
		bad "$script expects nothing"
	else
		ok
	fi
done
[ $n -ge 9 ] || bad "$n scripts in $lessons, 9 or more expected"

# ------------------------------------------------------------ strings ----

# Pages of a string, from the trace and from the script.
for trace in "$lessons"/*.lackey; do
	name=$(basename "$trace" .lackey)
	while read -r _ where; do
		echo $((0x${where%,1} / 4096 - 256))
	done <"$trace" >"$tmp/trace"
	sed -n 's/^a: read p+\([0-9]*\)\*4K 1$/\1/p' "$lessons/$name.uvm" \
	    >"$tmp/script"
	equal "$(paste -sd' ' "$tmp/trace")" "$(paste -sd' ' "$tmp/script")" \
	    "$name: pages"
done

# The loop: fifty pages, ten thousand references.
awk 'BEGIN { for (i = 0; i < 10000; i++)
	printf " L %x,1\n", 1048576 + 4096 * (i % 50) }' >"$tmp/loop.lackey"

trace_of() {
	case $1 in loop) echo "$tmp/loop.lackey" ;;
	*) echo "$lessons/$1.lackey" ;; esac
}

# The faults of a machine: what the process's line of `show wset' says.
machine_faults() {	# NAME POLICY FRAMES
	"$uvmsim" run --machine "policy=$2,frames=$3,check=on" \
	    "$lessons/$1.uvm" 2>/dev/null | awk '$2 == "a" { print $6 }'
}

# string frames fifo lru opt clock (bit set when the page comes in); -: not said
while read -r name frames fifo lru opt clock; do
	for pair in fifo="$fifo" lru="$lru" opt="$opt" clock:set=1="$clock"; do
		policy=${pair%=*} want=${pair##*=}
		[ "$want" = - ] && continue
		got=$("$uvmsim" count --json --policy "$policy" --frames \
		    "$frames" "$(trace_of "$name")" | number misses)
		equal "$want" "$got" "count $policy, $frames frames, $name"
		if [ "$policy" != opt ]; then
			equal "$want" "$(machine_faults "$name" "$policy" \
			    "$frames")" "machine $policy, $frames frames, $name"
		fi
		case $policy in lru | opt)
			got=$("$uvmsim" mrc --json --policy "$policy" --points \
			    "$frames" "$(trace_of "$name")" | number misses)
			equal "$want" "$got" "mrc $policy, $frames frames, $name"
		esac
	done
done <<'END'
belady 2 12 12 9 12
belady 3 9 10 7 9
belady 4 10 8 6 10
belady 5 5 5 5 5
ostep 2 9 9 7 9
ostep 3 7 5 5 7
ostep 4 4 4 4 4
silberschatz 3 15 12 9 14
silberschatz 4 10 8 8 9
tanenbaum 3 9 10 7 9
tanenbaum 4 10 8 6 10
loop 49 10000 10000 - -
loop 50 50 50 50 50
END

# ----------------------------------------------------- working sets ----

# tau, faults, the sum of the twelve sizes
while read -r tau faults sum; do
	"$uvmsim" wset --json --tau "$tau" "$lessons/belady.lackey" \
	    >"$tmp/json"
	equal "$faults" "$(number faults <"$tmp/json")" "wset tau=$tau: faults"
	equal "$sum" "$(number mean <"$tmp/json" | awk '{
		printf "%.0f", $1 * 12 }')" "wset tau=$tau: mean"
	equal "$faults" "$(machine_faults denning "ws:tau=$tau" 5)" \
	    "machine ws:tau=$tau"
	"$uvmsim" count --json --policy "ws:tau=$tau" --frames 5 \
	    "$lessons/belady.lackey" >"$tmp/json"
	equal "$faults" "$(number misses <"$tmp/json")" "count ws:tau=$tau"
	equal "$sum" "$(number mean_resident <"$tmp/json" | awk '{
		printf "%.0f", $1 * 12 }')" "count ws:tau=$tau: mean"
done <<'END'
2 12 23
3 10 33
4 8 40
5 7 44
END

# -------------------------------------------------------------- lessons ----

pages=("$top"/docs/lessons/[0-9]*.md)
cd "$tmp" || exit 1		# nothing of the tree is at hand here
mkdir rooms			# of commands, while they run
export TMPDIR=$tmp/rooms
export COLUMNS=80
[ "${#pages[@]}" -ge 12 ] || bad "${#pages[@]} lessons, 12 or more expected"
equal "${#pages[@]}" "$("$uvmsim" lesson -q | wc -l)" "lessons listed"

# What the page has in its ```console blocks, and what the lesson prints.
consoles() {
	awk '/^```console$/ { on = 1; next } /^```$/ { on = 0 } on' "$1"
}

# All answers are right; what is said of them is not looked at.
marked() { "$uvmsim" "$@" >/dev/null; }

n=0
for page in "${pages[@]}"; do
	n=$((n + 1))
	name=$(basename "$page" .md)
	if ! "$uvmsim" lesson $n >told 2>err </dev/null || [ -s err ]; then
		bad "$name is not told: $(head -2 err)"
		continue
	fi
	# Each shown block is in what was told; "..." is any lines.
	if consoles "$page" | grep -vx '\.\.\.' >shown &&
	    awk 'NR == FNR { want[++n] = $0; next }
	    i < n && $0 == want[i + 1] { i++ }
	    END { exit i != n }' shown told || [ ! -s shown ]; then
		ok
	else
		bad "$name: not all that the page shows is told"
	fi
	check "$name: fewer than 4 questions" \
	    test "$(grep -c '^```question$' "$page")" -ge 4
	"$uvmsim" lesson $n --notes >notes
	for part in Aims: Time: Misconceptions: Variations:; do
		check "$name: notes without $part" grep -q "^$part" notes
	done
	check "$name: known by its name" cmp -s notes \
	    <("$uvmsim" lesson "${name#[0-9]*-}" --notes)
	check "$name: notes in what students see" \
	    test "$(grep -c '^For teachers$' told)" -eq 0

	# Its own answers are right; each wrong one is found.
	"$uvmsim" lesson $n --solve >solved
	sed -n 's/^Answer: \([a-f]\)) .*/\1/p; t
	    s/^Answer: //p' solved | cat -n | sed 's/^ *//; s/\t/: /' >right
	equal "$(grep -c '^```question$' "$page")" "$(wc -l <right)" \
	    "$name: questions"
	sed -n "s/^$n //p" "$top/tests/lessons/answers" >expected
	equal "$(cat expected)" "$(cat right)" "$name: answers"
	check "$name: right answers are not right" \
	    marked lesson $n --answers right -q
	sed 's/: [a-f]$/: wrong/; s/: \([0-9].*\)$/: 1\1/' right >wrong
	equal "wrong: lesson $n: 0 of $(wc -l <right) points" \
	    "$("$uvmsim" lesson $n --answers wrong -q)" "$name: wrong answers"
done
check "a lesson by a pipe" grep -q ': 6 of 6 points' \
    <("$uvmsim" lesson 5 --solve | sed -n 's/^Answer: //p' | cat -n |
	sed 's/^ *//; s/\t/) /' | "$uvmsim" lesson 5 --answers - -q)
equal 30 "$(COLUMNS=31 "$uvmsim" lesson 1 --notes | sed '/[|`]/d' |
    awk 'length > m { m = length } END { print m }')" "filled to the width"

# ------------------------------------------------------------- homework ----

seeds=200 few=12
if nm "$uvmsim" 2>/dev/null | grep -q __asan_init; then
	seeds=12 few=4
fi
for kind in $("$uvmsim" lesson --kinds | awk '{ print $1 }'); do
	"$uvmsim" lesson --sheet 1 --seeds 1-$seeds --exercise "$kind" >sheets
	if awk -v kind="$kind" -f "$top/tests/lessons/oracle.awk" sheets \
	    >oracle; then
		ok
	else
		bad "$(cat oracle)"
	fi
	check "$kind: $(tail -1 oracle): many seeds alike" \
	    test "$(sed -n '$s/.* \([0-9]*\) twice$/\1/p' oracle)" -le \
	    $((seeds / 10))
	equal $seeds "$(sed -n '$s/.* \([0-9]*\) problems.*/\1/p' oracle)" \
	    "$kind: problems that the oracle has read"

	# The keys as answer files: all right; one answer changed: one wrong.
	rm -rf keys
	mkdir keys
	awk -v few=$few '/^# Key/ { key = 1; next }
	    !key || NF == 0 { next }
	    /^lesson: / { f = "keys/" ++n; if (n > few) exit }
	    { print >f }' sheets
	check "$kind: keys are not right" marked lesson 1 --exercise "$kind" \
	    --grade -q keys/*
	for f in keys/*; do
		awk -v which=$((3 + ${f#keys/} % 3)) 'NR == which {
		    $2 = $2 == "hit" ? "copy" : "hit" } { print }' "$f" \
		    >"$f.wrong"
	done
	"$uvmsim" lesson 1 --exercise "$kind" --grade --json keys/*.wrong >marks
	equal "1 $few $few" "$? $(wc -l <marks) $(grep -c \
	    '"correct":false' marks)" "$kind: files with a wrong answer"
	awk '{ n = gsub(/"correct":false/, ""); m = gsub(/"why":"[^"]/, "")
	    if (n != 1 || m != 1) bad = 1 } END { exit bad }' marks ||
	    bad "$kind: a wrong answer without its reason"
done

# An oracle that agreed with anything would be none.
sed '/^# Key/,$s/^1b: /1b: 9/' sheets | awk -v kind="$kind" \
    -f "$top/tests/lessons/oracle.awk" >oracle
equal "1 $seeds" "$? $(sed -n 's/.* \([0-9]*\) differ.*/\1/p' oracle)" \
    'wrong keys that the oracle notices'

# The same seed is the same exercise, as a sheet and alone.
n=0
for page in "${pages[@]}"; do
	n=$((n + 1))
	"$uvmsim" lesson $n -s 18446744073709551615 >a
	"$uvmsim" lesson $n -s 18446744073709551615 >b
	check "lesson $n: one seed, two exercises" cmp -s a b
	check "lesson $n: no exercise" grep -q '^Exercise 1\.' a
	"$uvmsim" lesson $n -s 5 --key >key
	check "lesson $n: its key is not right" \
	    marked lesson $n --grade -q key
	check "lesson $n: the solution has not all answers" test \
	    "$("$uvmsim" lesson $n -s 5 -c | grep -c '^      = ')" -eq \
	    "$(grep -c '^[0-9]*[a-z]: ' key)"
done
"$uvmsim" lesson --sheet 4 --seeds 3-5 >sheets
equal "3 6 1" "$(grep -c $'\f' sheets) $(grep -c '^seed: ' sheets) $(grep -c \
    '^# Key' sheets)" "sheets, seeds and keys"
check "JSON of a sheet" grep -q '"problem":".*"script":".*"right":' \
    <("$uvmsim" lesson --sheet 4 --seeds 3 --json)
equal 3 "$("$uvmsim" lesson --sheet 4 --seeds 3-5 --json | wc -l)" \
    "objects of a sheet"
last=18446744073709551615
timeout 20 "$uvmsim" lesson --sheet 4 --seeds ${last%?}4-$last >sheets
equal "0 2" "$? $(grep -c $'\f' sheets)" "sheets up to the last seed of all"
"$uvmsim" lesson 4 -s $last --key >key
check "the key of the last seed is not right" marked lesson 4 --grade -q key

# --------------------------------------------------------- answer files ----

# marks EXPECTED LINES...: homework 12 of seed 7, marked
marks() {
	printf '%s\n' 'seed: 7' "${@:2}" >f
	"$uvmsim" lesson 12 --grade f >out 2>&1
	check "$1: $(cat out)" says out "$1"
}
"$uvmsim" lesson 12 -s 7 --key >key
right=$(sed -n 's/^1a: //p' key)
for form in "1a: $right" "1A) ${right// /,}" \
    "  1a =  { ${right// /;} } # mine" \
    "1a. $(echo "$right" | tr ' ' '\n' | tac | paste -sd' ')"; do
	marks '1 of 4 points' "$form"
done
number=$(sed -n 's/^1c: //p' key)
for form in "$(printf '0x%X' "$number")" "00$number"; do
	marks '1 of 4 points' "1c: $form"
done
"$uvmsim" lesson 6 -s 7 --key | tr -d K >f
check 'an answer in K without the letter' marked lesson 6 --grade f
marks "f:2: expected LABEL: ANSWER, as in '1a: 42', got '1a $number'" \
    "1a $number"
marks "f:2: expected a label such as 1 or 2b, got 'first'" 'first: 3'
marks "f:3: expected one answer to 1a (the first is in line 2), got '4'" \
    '1a: 3' '1a: 4'
marks 'f:2: there is no question 9z' '9z: 3'
marks "f:2: expected 7 as above, got '8'" 'seed: 8'
marks "f:2: expected a number as the seed, got 'x'" 'seed: x'
marks "f:2: expected a shorter answer" "1a: $(printf '7%.0s' {1..300})"
marks '1a: not answered' '1b: 3'
head -c 100000 /dev/urandom >f
check "noise" test "$("$uvmsim" lesson 12 -s 7 --grade -q f 2>&1)" = \
    'f: lesson 12, seed 7: 0 of 4 points'
: >f
refuse 1 "f: expected a line 'seed: NUMBER' (or -s SEED)" lesson 12 --grade f
printf 'seed: 8\n' >f
refuse 1 'f: it is of seed 8, expected seed 7' lesson 12 -s 7 --grade f
printf 'lesson: 3\nseed: 8\n' >f
refuse 1 'f: it is of lesson 3, expected lesson 12' lesson 12 --grade f
refuse 1 'none: No such file' lesson 12 -s 1 --grade none
refuse 1 'none: No such file' lesson 12 --answers none
refuse 2 'expected a lesson from 1 to' lesson 99
refuse 2 'there is no lesson frok; did you mean fork?' lesson frok
refuse 2 "--seed takes a number, not '1x'" lesson 1 -s 1x
refuse 2 'unknown kind of exercise cov; did you mean cow?' \
    lesson 1 -s 1 --exercise cov
refuse 2 "--sheet goes with --seeds A-B, at most 1000 seeds, not '9-1'" \
    lesson --sheet 1 --seeds 9-1
refuse 2 'expected the number of a lesson' lesson -s 3
refuse 2 '--grade takes files of answers' lesson 3 --grade
refuse 2 'expected one lesson' lesson 3 4
refuse 2 '-c goes with -s SEED or --answers FILE' lesson 3 -c
refuse 2 '--key and --form go with -s SEED' lesson 3 --key
refuse 2 'expected one of -c, --key, --form' lesson 3 -s 1 -c --form
# What does not go together: what is said | the words.
while IFS='|' read -r text words; do
	# shellcheck disable=SC2086	# words
	refuse 2 "${text% }" lesson $words
done <<-END
	--sheet takes the lesson's number itself | 3 --sheet 3
	--seeds goes with --sheet N | 3 --seeds 1-2
	--seeds goes with --sheet N | --seeds 1-2
	--sheet goes with --seeds A-B, not with -s or --grade | --sheet 3 -s 1
	--sheet goes with --seeds A-B, not with -s or --grade | --sheet 3 --grade
	--sheet goes with --seeds A-B, at most 1000 seeds, not '' | --sheet 3
	--sheet goes with --seeds A-B, at most 1000 seeds, not '1-x' | --sheet 3 --seeds 1-x
	--sheet goes with --seeds A-B, at most 1000 seeds, not '1-1001' | --sheet 3 --seeds 1-1001
	expected the number of a lesson | --grade
	expected the number of a lesson | --answers f
	expected the number of a lesson | --solve
	expected the number of a lesson | --notes
	expected the number of a lesson | --files d
	expected one of --answers, --files, --solve, --notes, --grade | 3 --solve --notes
	expected one of --answers, --files, --solve, --notes, --grade | 3 --answers f --files d
	expected one of --answers, --files, --solve, --notes, --grade | 3 f --grade --notes
	--key and --form go with -s SEED | 3 --form
	--key and --form go with -s SEED | 3 f -s 1 --grade --key
	expected one of -c, --key, --form | 3 -s 1 --key --form
	-s goes with homework: alone, or with -c, --key, --grade | 3 -s 1 --solve
	-s goes with homework: alone, or with -c, --key, --grade | 3 -s 1 --notes
	-s goes with homework: alone, or with -c, --key, --grade | 3 -s 1 --answers f
	-s goes with homework: alone, or with -c, --key, --grade | 3 -s 1 --files d
	-c goes with -s SEED or --answers FILE | 3 -c --solve
	--exercise goes with -s, --grade or --sheet | 3 --exercise cow
	--json goes with the list, homework and marks | 3 --json
	--json goes with the list, homework and marks | 3 --json --notes
	expected a lesson from 1 to ${#pages[@]}, not '0' | 0
	expected a lesson from 1 to ${#pages[@]}, not 'zzzzzzzz' | zzzzzzzz
	expected a lesson from 1 to ${#pages[@]}, not '99999999999999999999' | 99999999999999999999
	unknown kind of exercise zzzz | 3 -s 1 --exercise zzzz
	--seed takes a number, not '-1' | 3 -s -1
END

# The list for programs: as many objects as lines of the list for people, each
# with the number of questions that its page has.
"$uvmsim" lesson --json >json
equal "$(for page in "${pages[@]}"; do grep -c '^```question$' "$page"; done |
    paste -sd' ')" "$(grep -o '"questions":[0-9]*' json | cut -d: -f2 |
    paste -sd' ')" "questions of the list"
equal "$("$uvmsim" lesson -q | cut -c4- | sed 's/^ *//;s/  .*//' | head -1)" \
    "$(grep -o '"title":"[^"]*"' json | head -1 | cut -d'"' -f4)" "titles"
check "kinds of the list" says json '"exercises":["cow"'
equal 30 "$(COLUMNS=1 "$uvmsim" lesson 1 --notes | sed '/[|`]/d' |
    awk 'length > m { m = length } END { print m }')" "filled to the least width"
check "filled to the greatest width" cmp -s <(COLUMNS=101 "$uvmsim" lesson 1) \
    <(COLUMNS=4000 "$uvmsim" lesson 1)
refuse 1 'none/there: No such file' lesson 3 --files none/there
far=$(printf './%.0s' {1..2035})d
refuse 1 'File name too long' lesson 3 --files "$far"
rmdir d
: >file
refuse 1 'file/workloads' lesson 3 --files file
mkdir there && : >there/workloads
refuse 1 'there/workloads/lessons: Not a directory' lesson 3 --files there
mkdir -p here/workloads/lessons
equal "" "$("$uvmsim" lesson 5 -q --files here)" "files, quietly"
check 'files into a folder that was there' cmp -s \
    here/workloads/lessons/fork.uvm "$top/workloads/lessons/fork.uvm"
TMPDIR=$tmp/none check 'no folder to run in' refuses 1 \
    "cannot run 'cat workloads/lessons/fork.uvm' in a new folder of $tmp/none" \
    "$uvmsim" lesson 5

# A form, filled in with nothing; a class of two; files for one's own use.
"$uvmsim" lesson 12 -s 7 --form >f
check 'a form' grep -qx '1d:' f
sed 's/^name:/name: Bo/' f >g
"$uvmsim" lesson 12 --grade -q f g key >out
check 'a class' says out '3 files: 4 of 12 points, 1.3 of 4.0 on the average'
check 'an exercise of a class' says out 'exercise 1 (wset): 4 of 12 right'
"$uvmsim" lesson 5 --files mine >out
equal 'mine/workloads/lessons/fork-exec.uvm mine/workloads/lessons/fork.uvm' \
    "$(paste -sd' ' out)" 'files of a lesson'
check 'files as they are' cmp -s mine/workloads/lessons/fork.uvm \
    "$top/workloads/lessons/fork.uvm"

# ------------------------------------------------------ on a terminal ----

# Answers longer than any: taken for wrong, and not for the next one as well.
printf '%05000d\nquit\n' 7 | script -qec "stty -echo; '$uvmsim' lesson 5" \
    /dev/null | tr -d '\r' >told
equal 1 "$(grep -c 'No\.' told)" "a long answer, once"
printf '\n' | script -qec "stty -echo; '$uvmsim' lesson 5" /dev/null |
    tr -d '\r' >told
check "no answer: the right one is told" says told 'Answer: '
script -qec "stty cols 50; COLUMNS= '$uvmsim' lesson 5" /dev/null \
    </dev/null >told
check "as wide as the terminal" cmp -s told \
    <(script -qec "COLUMNS=50 '$uvmsim' lesson 5" /dev/null </dev/null)

# Question 1 of lesson 5: wrong twice; question 2: right; then no more.
export TERM=xterm NO_COLOR=1
printf '7\n8\n5\nq\n' | script -qec "stty -echo; '$uvmsim' lesson 5" /dev/null |
    tr -d '\r' >told
check "a hint after a wrong answer" says told \
    'No. Hint: Only a write to a page that somebody else has'
check "the answer after another" says told 'Answer: 1'
check "praise" says told 'Right.'
check "q ends it" test "$(grep -c '^Question' told)" -eq 3
check "no colour" test "$(grep -c $'\033' told)" -eq 0
unset NO_COLOR
printf 'q\n' | script -qec "'$uvmsim' lesson 5" /dev/null >told
check "colour" says told $'\033'
check "a folder is left" test -z "$(ls "$TMPDIR")"

finish
