#!/bin/bash
# procmap(1) from outside: run.sh UVMSIM [NAME...]; procmap stands beside it.
#
# For each NAME.uvm here, whose comment `# procmap: PROCESS=PID ...' says what
# to look at:
#  - every style and verbosity prints what NAME.out has (`# golden: no': is not
#    compared);
#  - addresses, sizes, protections and totals are those that oracle.awk works
#    out from `show ddb' of the simulator, and -d is `show ddb' to the letter;
#  - pages that -x calls resident are mapped, by `expect ... mapped';
#  - a saved core looks like the script that was run;
#  - where the machine makes larger pages, everything looks the same.
# For each samples/NAME, workloads/examples/NAME.uvm looks as the commands there
# show; a line `...' stands for any lines.  These are the lines of the manual
# page of 2004 and of a description of the formats, not this program's.
# Then the command line: operands, errors, exit statuses, who may see what.
#
# Silent but for what differs; the last line is "N passed, M failed".
set -u
export LC_ALL=C
unset UVMSIM_CORE UVMSIM_PID UVMSIM_UID

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
	echo "usage: run.sh UVMSIM [NAME...]" >&2
	exit 2
fi
bin=$(cd "$(dirname "$1")" && pwd)
uvmsim=$bin/$(basename "$1")
export PATH="$bin:$PATH"
shift
cd "$(dirname "$0")" || exit 1
here=$PWD
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

ok() {
	passed=$((passed + 1))
}

# label command-to-reproduce
bad() {
	failed=$((failed + 1))
	echo "$1"
	echo "    reproduce: $2"
}

# value test value label command
is() {
	if test "$1" "$2" "$3"; then
		ok
	else
		bad "$4: $1, expected $2 $3" "$5"
	fi
}

# label wanted got command
same() {
	if diff -u --label expected --label got "$2" "$3" >"$tmp/diff"; then
		ok
	else
		bad "$1" "$4"
		head -40 "$tmp/diff"
	fi
}

wanted() {
	local name=$1

	shift
	[ $# -eq 0 ] && return 0
	case " $* " in *" $name "*) return 0 ;; esac
	return 1
}

# Options of the views whose output is kept.
views() {
	local style v

	for style in m l d s a; do
		for v in "" v vv; do
			echo "-$style$v"
		done
	done
	echo "-D 31 -s"
	echo "-r"
	echo "-x"
}

# script pid: what NAME.out has
golden() {
	local view

	views | while read -r view; do
		echo "\$ procmap $view $2"
		# shellcheck disable=SC2086
		timeout 60 procmap -M "$1" $view "$2" 2>&1 ||
		    echo "exit status $?"
	done
}

# script process pid: columns against `show ddb'
columns() {
	local style w

	{ cat "$1"; echo "show ddb $2"; } >"$tmp/ddb.uvm"
	if ! timeout 60 "$uvmsim" run "$tmp/ddb.uvm" >"$tmp/ddb"; then
		bad "$1: does not run" "uvmsim run $1"
		return
	fi
	w=16
	grep -q '^machine.* arch=i386' "$1" && w=8
	# A map without entries shows its header, which ddb does not.
	if ! grep -q '^ -' "$tmp/ddb"; then
		procmap -M "$1" -m "$3" >"$tmp/got"
		is "$(wc -l <"$tmp/got")" = 1 "$1: an empty map" \
		    "procmap -M $1 -m $3"
		return
	fi
	procmap -M "$1" -d "$3" >"$tmp/got" 2>&1
	same "$1: -d of $2 differs from show ddb" "$tmp/ddb" "$tmp/got" \
	    "procmap -M $1 -d $3"
	for style in m l s a; do
		awk -v style=$style -v W=$w -f oracle.awk "$tmp/ddb" \
		    >"$tmp/want"
		procmap -M "$1" "-$style" "$3" 2>&1 |
		    sed -e '/^Start /d' -e '/^ total/b' \
		    -e "$(sed_columns $style)" >"$tmp/got"
		same "$1: columns of -$style of $2" "$tmp/want" "$tmp/got" \
		    "procmap -M $1 -$style $3"
	done
}

# script process pid: what -x says is resident the page table maps
resident() {
	{
		cat "$1"
		procmap -M "$1" -x "$3" | awk -v p="$2" '
		/^[0-9A-F]+ / && $2 > 0 {
			print "expect " p " mapped 0x" $1, $2 "K ==", $3 / 4
		}'
	} >"$tmp/mapped.uvm"
	if ! grep -q "^expect $2 mapped" "$tmp/mapped.uvm"; then
		bad "$1: -x shows nothing" "procmap -M $1 -x $3"
	elif "$uvmsim" run "$tmp/mapped.uvm" >/dev/null 2>"$tmp/err"; then
		ok
	else
		bad "$1: resident pages of $2" "procmap -M $1 -x $3"
		head -10 "$tmp/err"
	fi
}

# style: cut a line where device, inode or name begins
sed_columns() {
	case $1 in
	l) echo "s/ [0-9a-f]*:[0-9a-f]* -*[0-9]*     .*//" ;;
	s) printf '%s\n' 's/^\([0-9A-F]* *[0-9]*K .\{15\}\)   .*/\1/' ;;
	a) echo 's/ [0-9]*:[0-9]* *-*[0-9]* - .*//' ;;
	*) echo p\;d ;;
	esac
}

# script: the same on a machine that makes larger pages
larger() {
	grep -q '^machine ' "$1" || echo machine superpages=reserve
	sed -e /superpages=/b -e 's/^machine /&superpages=reserve /' "$1"
}

targets() {
	sed -n 's/^# procmap: //p' "$1"
}

for script in *.uvm; do
	name=${script%.uvm}
	wanted "$name" "$@" || continue
	: >"$tmp/all"
	for target in $(targets "$script"); do
		columns "$script" "${target%=*}" "${target#*=}"
		[ "${target#*=}" = 0 ] ||
		    resident "$script" "${target%=*}" "${target#*=}"
		grep -q '^# golden: no' "$script" ||
		    golden "$script" "${target#*=}" >>"$tmp/all"
	done
	[ -n "$(targets "$script")" ] ||
	    bad "$script: a line '# procmap: PROCESS=PID' was expected" ""
	grep -q '^# golden: no' "$script" ||
	    same "$script: differs from $name.out" "$name.out" "$tmp/all" \
	    "tests/procmap/run.sh $uvmsim $name"
	[ -z "${KEEP:-}" ] || cp "$tmp/all" "$KEEP/$name.out"
	larger "$script" >"$tmp/larger.uvm"
	for target in $(targets "$script"); do
		# What a sanitizer could find here it has found above.
		case $uvmsim in *-asan/*) break ;; esac
		golden "$script" "${target#*=}" >"$tmp/want"
		golden "$tmp/larger.uvm" "${target#*=}" >"$tmp/got"
		same "$script: larger pages change what is shown" \
		    "$tmp/want" "$tmp/got" \
		    "tests/procmap/run.sh $uvmsim $name"
	done
	"$uvmsim" run --core "$tmp/core" "$script" >/dev/null
	for target in $(targets "$script"); do
		procmap -M "$script" -amldsv "${target#*=}" >"$tmp/want"
		procmap -M "$tmp/core" -amldsv "${target#*=}" >"$tmp/got"
		same "$script: its core looks different" "$tmp/want" \
		    "$tmp/got" "procmap -M core -amldsv ${target#*=}"
	done
done

# ------------------------------------------------------------ samples ----

# wanted got: "..." in what is wanted stands for any lines
agree() {
	awk 'NR == FNR { want[++nw] = $0; next }
	{ got[++ng] = $0 }
	function from(i, j,	k) {
		for (; i <= nw; i++) {
			if (want[i] == "...") {
				for (k = j; k <= ng + 1; k++)
					if (from(i + 1, k))
						return 1
				return 0
			}
			if (j > ng || want[i] != got[j++])
				return 0
		}
		return j > ng
	}
	END { exit !from(1, 1) }' "$1" "$2"
}

for sample in samples/*; do
	name=$(basename "$sample")
	wanted "$name" "$@" || continue
	script=../../workloads/examples/$name.uvm
	while IFS= read -r command; do
		awk -v c="\$ $command" '/^\$ / { on = $0 == c; next }
		    on { print }' "$sample" >"$tmp/want"
		# shellcheck disable=SC2086
		UVMSIM_CORE=$script $command >"$tmp/got" 2>&1
		if agree "$tmp/want" "$tmp/got"; then
			ok
		else
			bad "$sample: $command" "UVMSIM_CORE=$script $command"
			diff -u --label expected --label got "$tmp/want" \
			    "$tmp/got" | head -40
		fi
	done < <(sed -n 's/^\$ //p' "$sample")
done

# ------------------------------------------------------- command line ----

usage="usage: procmap [-adlmPsv] [-D number] [-M core] [-N system] [-p pid]\
 [pid ...]"

# status stderr-or-empty stdout-file-or-empty arguments...
runs() {
	local want=$1 err=$2 out=$3 status

	shift 3
	procmap "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	printf '%s' "${err:+$err
}" >"$tmp/wanterr"
	if [ $status -ne "$want" ]; then
		bad "exit status $status, expected $want" "procmap $*"
	elif ! diff -u --label expected --label got "$tmp/wanterr" "$tmp/err"
	then
		bad "standard error differs" "procmap $*"
	else
		same "standard output differs" "${out:-/dev/null}" \
		    "$tmp/out" "procmap $*"
	fi
}

# pid...: what procmap shows of several, one after the other
several() {
	local pid

	for pid in "$@"; do
		if [ "$pid" = 0 ]; then
			echo kernel:
		else
			echo "process $pid:"
		fi
		procmap "$pid"
	done
}

command_line() {
	export UVMSIM_CORE=$here/fork.uvm
	cd "$tmp" || exit 1
	procmap -p 10 >ten
	procmap -p 11 >eleven
	procmap -p 0 >kernel
	for f in ten eleven kernel; do
		[ -s $f ] || bad "nothing was shown" "procmap"
	done
	several 10 11 >both
	several 11 0 10 >three

	# Who is shown.
	runs 0 "" ten			# an observer's parent
	runs 0 "" ten 10
	runs 0 "" ten -s 10
	runs 0 "" eleven -p 10 -p 11
	runs 0 "" kernel 0
	runs 0 "" both 10 11
	runs 0 "" both -p 10 11
	runs 0 "" three -p 11 0 10
	runs 0 "" ten -p -1
	runs 0 "" kernel -p 4294967296
	runs 0 "" eleven -- 11
	UVMSIM_PID=11 runs 0 "" ten
	UVMSIM_PID=11 runs 0 "" eleven -P
	UVMSIM_PID=11 runs 0 "" eleven -p 10 -P
	UVMSIM_PID=11 runs 0 "" ten -P -p 10
	UVMSIM_PID=11 runs 0 "" three -P 0 10

	# Who is not there; who may not be seen.
	runs 0 "procmap: 99: No such process" "" 99
	runs 0 "procmap: -1: No such process" "" -- -1
	runs 0 "procmap: 99: No such process" both 10 99 11
	UVMSIM_UID=5 runs 0 "procmap: kernel map is restricted" "" 0
	UVMSIM_UID=5 runs 0 "procmap: other process's maps are restricted" \
	    "" 10
	echo "process 10:" >banners
	echo "kernel:" >>banners
	UVMSIM_UID=5 runs 0 "procmap: other process's maps are restricted
procmap: kernel map is restricted" banners 10 0

	# A bad operand is told after the good ones before it.
	several 10 >first
	runs 1 "$usage" first 10 x 11
	runs 1 "$usage" "" x
	runs 1 "$usage" "" ""
	runs 1 "$usage" "" -p 12x

	# Options.
	runs 1 "procmap: unknown option -- z
$usage" "" -z 10
	runs 1 "procmap: option requires an argument -- p
$usage" "" -p
	runs 1 "procmap: -r option not implemented, sorry" "" \
	    --compat=3.6 -r -z
	runs 1 "procmap: -x option not implemented, sorry" "" \
	    --compat=3.6 -a -x 10
	runs 1 "procmap: -r and -x are mutually exclusive" "" -rx
	runs 1 "procmap: --compat=4: expected --compat=3.6 or --compat=manual" \
	    "" --compat=4
	procmap -msv 10 >want
	runs 0 "" want --compat=3.6 -s -v -m -v 10

	# The name is the one it was called by.
	ln -s "$bin/procmap" pmap
	./pmap -z >out 2>err
	if head -1 err | grep -qx 'pmap: unknown option -- z' &&
	    grep -q '^usage: pmap ' err; then
		ok
	else
		bad "called as pmap: $(cat err)" "pmap -z"
	fi

	# -D adds to a style and changes nothing of it.
	for style in m l d s a; do
		procmap -$style 10 >want
		procmap -D 31 -$style 10 >all
		grep -vE '^(proc->p_vmspace|vm_map|ncp->nc_vp)|^    ' all >got
		same "-D 31 changes the style" want got \
		    "procmap -D 31 -$style 10"
		is "$(wc -l <all)" -gt "$(wc -l <want)" "-D 31 dumps nothing" \
		    "procmap -D 31 -$style 10"
	done
}

# What cannot be opened or read.
bad_kernels() {
	unset UVMSIM_CORE
	cd "$tmp" || exit 1
	runs 1 "procmap: none: No such file or directory" "" -M none 10
	echo junk >junk
	procmap -M junk 10 >out 2>err
	if [ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] &&
	    grep -Eqx 'procmap: no valid dump header == -1 vs. 8 @ [0-9a-f]+' \
	    err; then
		ok
	else
		bad "a junk core: $(cat err)" "procmap -M junk 10"
	fi
	rm -f uvmsim.core
	procmap >out 2>err
	if [ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] &&
	    grep -q '^procmap: .*uvmsim.core' err; then
		ok
	else
		bad "no core at all: $(cat err)" "procmap"
	fi
	"$uvmsim" run --core uvmsim.core "$here/fork.uvm" >/dev/null
	runs 0 "" ten
	head -c 1000 uvmsim.core >short
	procmap -M short 10 >out 2>err
	if [ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ]; then
		ok
	else
		bad "a short core: $(cat err)" "procmap -M short 10"
	fi
}

if wanted command-line "$@"; then
	command_line
	bad_kernels
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
