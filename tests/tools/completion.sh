#!/bin/bash
# The completions of bash, zsh and fish offer what the command has:
# completion.sh BINDIR
#
# Each shell completes the same lines; what it offers is held against the help
# texts and lists of the command, and so against what the other shells offer.
# A shell that is not installed is passed over, with a line that says so.
set -u
export LC_ALL=C

bin=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/../../docs/completion" || exit 1
export PATH="$bin:$PATH"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# ---- a line (its last word being completed) -> words, one a line ----

# bash cuts words at "="; here they are given as it would cut them
by_bash() {
	bash -c '. ./uvmsim.bash
	compopt() { :; }
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_uvmsim "$1"
	printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

# The functions that only work in the midst of a completion stand here as what
# they say; a value is offered without the part that stands before it.
by_zsh() {
	zsh -f -c '
	_describe() { print -l -- ${${(P)2}%%:*}; }
	_files() { :; }
	compset() {
		shift $(( $# > 2 ))
		[[ $1 == -P || $1 == 1 ]] && shift
		[[ $PREFIX == ${~1}* ]] || return 1
		PREFIX=${PREFIX##${~1}}
	}
	compadd() {
		local s=
		[[ $1 == -S ]] && { s=$2; shift 2 }
		shift
		print -l -- ${^@}$s
	}
	compdef() { :; }
	. ./_uvmsim
	words=("$@") CURRENT=$# PREFIX=$@[-1]
	_uvmsim' zsh "$@" | sed '/^$/d'
}

by_fish() {
	local line=$1

	shift
	line+=$(printf ' %s' "$@")
	fish --no-config -c 'source ./uvmsim.fish
	complete -C "$argv[1]"' "$line" 2>/dev/null | cut -f1 |
	    sed 's/^.*,\([^,]*\)$/\1/; s/^-.*=\(.\)/\1/'
}

# check SHELL WANTED-FILE WORD...: of what is offered, those that begin with the
# last word (what completes a pair: with what is behind its last = or comma)
check() {
	local shell=$1 want=$2 start

	shift 2
	start=${*: -1}
	case $start in --*=*) start=${start#*=} ;; esac
	start=${start##*,}
	"by_$shell" uvmsim "$@" | sed 's/^[a-z]*=\(.\)/\1/' | sort -u |
	    awk -v s="${start##*=}" 'index($0, s) == 1' >"$tmp/got"
	awk -v s="${start##*=}" 'index($0, s) == 1' "$want" | sort -u >"$tmp/want"
	if [ -s "$tmp/want" ] && cmp -s "$tmp/want" "$tmp/got"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$shell: uvmsim $*: < wanted, > offered"
		diff "$tmp/want" "$tmp/got"
	fi
}

# ---- what there is ----

uvmsim help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 }
    on { print $1 }' >"$tmp/commands"
while read -r command; do
	uvmsim "$command" --help | awk '/^Options:/ { on = 1; next }
	    on && match($0, /--[a-z-]+/) {
		print substr($0, RSTART, RLENGTH) }' >"$tmp/options.$command"
done <"$tmp/commands"
uvmsim convert --list | awk '{ print $1 }' >"$tmp/formats"
uvmsim count --list | awk '/^[a-z0-9]/ { print $1 }' >"$tmp/policies"
uvmsim generate --list | awk '/^[a-z]/ { print $1 }' >"$tmp/generators"
uvmsim bench --list | awk '{ print $1 }' >"$tmp/benches"
sed -n 's/^\.It Cm \([a-z]*\) Ns = Ns.*/\1=/p' \
    ../man/uvmsim.1 ../man/uvmsim-machine.7 2>/dev/null >"$tmp/keys"
printf '%s\n' never reserve eager collapse >"$tmp/superpages"
printf '%s\n' lru opt >"$tmp/curves"

for shell in bash zsh fish; do
	if ! command -v "$shell" >/dev/null; then
		echo "skipped: $shell is not installed"
		continue
	fi
	printf '%s\n' --help --version | cat "$tmp/commands" - |
	    if [ $shell = fish ]; then sed '/^--/d'; else cat; fi >"$tmp/first"
	check $shell "$tmp/first" ''
	check $shell "$tmp/commands" re
	check $shell "$tmp/commands" help w
	while read -r command; do
		[ -s "$tmp/options.$command" ] || continue
		[ "$command" != help ] || continue
		check $shell "$tmp/options.$command" "$command" --
	done <"$tmp/commands"
	check $shell "$tmp/formats" convert --from ''
	check $shell "$tmp/formats" convert --to l
	check $shell "$tmp/policies" count --policy ''
	check $shell "$tmp/curves" mrc --policy ''
	check $shell "$tmp/generators" generate ''
	check $shell "$tmp/benches" bench mem
	check $shell "$tmp/keys" run -m ''
	if [ $shell = bash ]; then
		check $shell "$tmp/superpages" run -m superpages = ''
		check $shell "$tmp/superpages" replay --machine = superpages = e
		continue
	fi
	check $shell "$tmp/keys" run -m ram=64M,p
	check $shell "$tmp/keys" run --machine=ram=64M,s
	check $shell "$tmp/superpages" run -m superpages=
	check $shell "$tmp/superpages" run -m ram=64M,superpages=e
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
