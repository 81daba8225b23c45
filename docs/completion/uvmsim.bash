# bash completion for uvmsim(1).
#
# Commands, options, and what may be given to them are asked of the command
# itself, so that this file has no list of them to keep.

_uvmsim_commands() {
	"$1" help 2>/dev/null | awk '/^Commands:/ { on = 1; next }
	    /^$/ { on = 0 } on { print $1 }'
}

_uvmsim_options() {
	"$1" "$2" --help 2>/dev/null | awk '/^Options:/ { on = 1; next }
	    on && match($0, /--[a-z-]+/) {
		print substr($0, RSTART, RLENGTH) }'
}

# What a machine key may be, or a value of it: the command is asked for one that
# there is not, and says what it expected.
_uvmsim_keys() {
	"$1" run -m '?=' - 2>&1 </dev/null | sed -n 's/.* known: \(.*\) (see .*/\1/p'
}

_uvmsim_values() {
	local word='[-a-z0-9]+'

	"$1" run -m "$2=?" - 2>&1 </dev/null | sed -nE \
	    "s/.*: expected ([a-z ]*: )?(($word, )*$word or $word) \(see .*/\2/p" |
	    sed 's/,//g; s/ or / /'
}

# The first word of each line that begins with one.
_uvmsim_list() {
	"$@" --list 2>/dev/null | sed -n 's/^\([^ ][^ ]*\) .*/\1/p'
}

# command, subcommand, option: what may follow the option; nothing: files
_uvmsim_argument() {
	case $2:$3 in
	mrc:--policy)		echo lru opt ;;
	*:--policy | *:-p)	_uvmsim_list "$1" count ;;
	*:--from | *:--to)	_uvmsim_list "$1" convert ;;
	report:--svg)		echo map pagetable frames heat faults rss wset \
				    mrc ;;
	lesson:--exercise)	"$1" lesson --kinds 2>/dev/null |
				    awk '{ print $1 }' ;;
	lesson:--sheet)		"$1" lesson -q 2>/dev/null |
				    awk '{ print $1 }' ;;
	esac
}

# command, subcommand: what its operand may be; nothing: files
_uvmsim_operand() {
	case $2 in
	generate | bench)	_uvmsim_list "$1" "$2" ;;
	lesson)			_uvmsim_argument "$1" lesson --sheet ;;
	esac
}

# Within --machine or --set KEY=VALUE,...: words are cut at each "=".  Sets text
# to what stands there so far; false elsewhere.
_uvmsim_machine() {
	local i=$((COMP_CWORD - 1)) j

	while [ "$i" -gt 1 ] && [[ ${COMP_WORDS[i]} != -m &&
	    ${COMP_WORDS[i]} != --machine && ${COMP_WORDS[i]} != --set ]]; do
		i=$((i - 1))
	done
	[ "$i" -gt 1 ] || return 1
	[ "${COMP_WORDS[i + 1]}" = = ] && i=$((i + 1))
	text=
	for ((j = i + 1; j <= COMP_CWORD; j++)); do
		[ $(((j - i) % 2)) -eq 1 ] || [[ ${COMP_WORDS[j]} == =* ]] ||
		    return 1
		text+=${COMP_WORDS[j]}
	done
}

_uvmsim_pair() {		# command, text so far, current word
	local pair=${2##*,} cur=${3#=}

	if [[ $pair == *=* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
		    "$(_uvmsim_values "$1" "${pair%%=*}")" -- "$cur")
		return
	fi
	compopt -o nospace 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -P "${cur%"$pair"}" -S = -W \
	    "$(_uvmsim_keys "$1")" -- "$pair")
}

_uvmsim() {
	local text words cur=${COMP_WORDS[COMP_CWORD]}
	local sub=${COMP_WORDS[1]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ] || [ "$prev" = help ]; then
		mapfile -t COMPREPLY < <(compgen -W \
		    "$(_uvmsim_commands "$1") --help --version" -- "$cur")
		return
	fi
	if _uvmsim_machine; then
		_uvmsim_pair "$1" "$text" "$cur"
		return
	fi
	case $cur in
	-*)	words=$(_uvmsim_options "$1" "$sub") ;;
	*)	words=$(_uvmsim_argument "$1" "$sub" "$prev")
		[ -n "$words" ] || [[ $prev == -* ]] ||
		    words=$(_uvmsim_operand "$1" "$sub") ;;
	esac
	if [ -n "$words" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

complete -o filenames -F _uvmsim uvmsim
