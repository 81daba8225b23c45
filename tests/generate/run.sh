#!/bin/bash
# Generated traces, through the command: run.sh UVMSIM
#
# What a file has and what gen:NAME gives must be the same references to every
# command; what is written must be the same bytes on every host (their digests
# are here); misses are known numbers where they can be worked out.
#
# Says nothing when all is well but "N passed, 0 failed".
. "$(dirname "$0")/../tools/checks.sh"

# A command that must fail with one line that has this text, and leave no file:
# rejects STATUS TEXT COMMAND...
rejects() { refuses "$@" && [ ! -e x.uvt ]; }

names=$("$uvmsim" generate --list | sed -n 's/^\([a-z]*\) .*/\1/p')
check "there are twelve" [ "$(wc -w <<<"$names")" -eq 12 ]

# The same references from a file, from text, from no file at all.
for name in $names; do
	"$uvmsim" generate "$name" -n 20000 -o t.uvt || bad "$name to uvt"
	"$uvmsim" generate "$name" -n 20000 -o t.lackey || bad "$name to lackey"
	"$uvmsim" convert -q t.uvt back.lackey
	"$uvmsim" convert -q "gen:$name:n=20000" gen.lackey
	check "$name: uvt and text" cmp -s <(grep -v '^==' t.lackey) \
	    <(grep -v '^==' back.lackey)
	check "$name: without a file" cmp -s <(grep -v '^==' t.lackey) \
	    <(grep -v '^==' gen.lackey)
	for command in "mrc" "wset" "count --policy opt,lru --frames 7,50"; do
		"$uvmsim" $command t.lackey | sed 's/^[^:]*: //' >want
		"$uvmsim" $command --one-space "gen:$name:n=20000" |
		    sed 's/^gen:[^ ]*: //' >got
		check "$name: $command" cmp -s want got
		"$uvmsim" $command t.uvt | sed 's/^[^:]*: //' >want
		"$uvmsim" $command "gen:$name:n=20000" |
		    sed 's/^gen:[^ ]*: //' >got
		check "$name: $command, processes apart" cmp -s want got
	done
	"$uvmsim" replay --policy opt --frames 7 t.lackey |
	    sed 's/^[^:]*: //' >want
	"$uvmsim" replay --one-space --policy opt --frames 7 \
	    "gen:$name:n=20000" |
	    sed 's/^gen:[^ ]*: //' >got
	check "$name: replay" cmp -s want got
	check "$name: a plot is at most 79 columns wide" [ "$("$uvmsim" \
	    generate "$name" -n 20000 --plot | wc -L)" -le 79 ]
done

# Options and parameters are the same thing.
"$uvmsim" generate zipf:n=1000:seed=5 -o - --to lackey | grep -v '^==' >want
"$uvmsim" generate zipf --n 1000 --seed 5 -o - --to lackey | grep -v '^==' >got
check "n and seed" cmp -s want got
check "another seed" test "$("$uvmsim" generate zipf -n 1000 -o - \
    --to lackey | grep -v '^==' | cmp - want 2>&1)" != ""

# The same bytes everywhere.
digests() {
	local t

	for t in seq:writes=20 stride uniform zipf:skew=77:shuffle=1 hotcold \
	    chase:node=24 phases:length=100 stack:fan=3:depth=8 \
	    matmul:size=20:tile=6:order=1 gc gc:copying=1 forkserver \
	    database:scan=3; do
		printf '%s %s\n' "$t" "$("$uvmsim" generate "$t" -n 30000 -o - \
		    --to lackey | grep -v '^==' | sha256sum | cut -c 1-16)"
	done
}
digests >got
cat >want <<'END'
seq:writes=20 a5ab38a1943fa129
stride ce07cbc621d56cf5
uniform 2dbfd043c02d142e
zipf:skew=77:shuffle=1 0b13b769e0e6200d
hotcold 1d31806b45f8e34b
chase:node=24 972f9737fee535ca
phases:length=100 52f71a32c5231c84
stack:fan=3:depth=8 5df2bd68e5a0152c
matmul:size=20:tile=6:order=1 8453bef664e06ac0
gc 67b5c9223902668b
gc:copying=1 03eade9a5c8409b1
forkserver d3faf7679528bd51
database:scan=3 badb07213a53beda
END
check "the same bytes as ever" diff want got

# Known numbers: n x n matrices whose rows are pages, three frames and plenty.
misses() { "$uvmsim" mrc -q --points "$2" "gen:$1" | awk 'NR > 1 { print $2 }'; }
check "matmul misses" [ "$(misses matmul:size=8:element=512 3,9,24 | xargs)" \
    = "584 584 24" ]
check "a loop under LRU" [ "$(misses seq:pages=9:step=4096:n=900 8,9 | xargs)" \
    = "900 9" ]

# Processes: calls and references, as a trace and as a script, do the same.
server=forkserver:pages=10:requests=9:workers=3:reads=4:writes=3
"$uvmsim" generate $server -o server.uvt
"$uvmsim" generate $server -o server.uvm
"$uvmsim" replay --json server.uvt | tr ',' '\n' >replayed
"$uvmsim" run --json server.uvm | tr ',' '\n' >ran
counters='"(faults|forks|fltamcopy|fltnamap|flt_acow|flt_przero|fltanget)":'
grep -oE "$counters.*" replayed | sort >want
grep -oE "$counters.*" ran | sort >got
check "there are counters" [ "$(wc -l <want)" -eq 7 ]
check "a trace with calls does what the script does" cmp want got

# What cannot be.
check "no name" rejects 2 "expected NAME" "$uvmsim" generate
check "no such generator" rejects 2 "there is no generator 'nix'; expected" \
    "$uvmsim" generate nix -o x.uvt
check "no such parameter" rejects 2 "not 'page=3'" \
    "$uvmsim" generate seq:page=3 -o x.uvt
check "no number" rejects 2 "n is a number from 1" \
    "$uvmsim" generate seq -n many -o x.uvt
check "nothing to do" rejects 2 "expected -o OUT or --plot" \
    "$uvmsim" generate seq
check "no format" rejects 2 "expected --to FORMAT" \
    "$uvmsim" generate seq -o x.y
check "no script" rejects 2 "has one process" "$uvmsim" generate seq -o x.uvm
check "nowhere to write" rejects 1 "No such file" \
    "$uvmsim" generate seq -o none/x.uvt
"$uvmsim" generate seq -o - --to lackey >/dev/full 2>err
check "a full disk" [ $? -eq 1 -a -s err ]
for command in mrc wset "count --frames 4" replay; do
	check "$command: no such generator" rejects 1 "there is no generator" \
	    "$uvmsim" $command gen:nix
done
check "convert: no such generator" rejects 1 "there is no generator" \
    "$uvmsim" convert gen:nix x.uvt
check "no script is gen:" rejects 1 "not a generator" "$uvmsim" run gen:seq
printf ' L 1000,1\n' >gen:seq
check "a file of that name" says <("$uvmsim" mrc ./gen:seq) "1 references"

finish
