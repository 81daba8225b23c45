# bash completion for uvmsim(1).
#
# Commands, options, and keys and values of --machine are asked of the command
# itself, so that this file has no list of them to keep.

_uvmsim_commands() {
	"$1" help 2>/dev/null | awk '/^Commands:/ { on = 1; next }
	    /^$/ { on = 0 } on { print $1 }'
}

_uvmsim_options() {
	"$1" "$2" --help 2>/dev/null | awk '/^Options:/ { on = 1; next }
	    on { for (i = 1; i <= NF; i++) if ($i ~ /^--/) print $i }'
}

_uvmsim_generators() {
	"$1" generate --list 2>/dev/null | sed -n 's/^\([a-z]*\) .*/\1/p'
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

# Within --machine KEY=VALUE,...: words are cut at each "=".  Sets text to what
# stands there so far; false elsewhere.
_uvmsim_machine() {
	local i=$((COMP_CWORD - 1)) j

	while [ "$i" -gt 1 ] && [[ ${COMP_WORDS[i]} != -m &&
	    ${COMP_WORDS[i]} != --machine ]]; do
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
	local text cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

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
	-*)	mapfile -t COMPREPLY < <(compgen -W \
		    "$(_uvmsim_options "$1" "${COMP_WORDS[1]}")" -- "$cur") ;;
	*)	if [ "${COMP_WORDS[1]}" = generate ] && [[ $prev != -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W \
			    "$(_uvmsim_generators "$1")" -- "$cur")
			return
		fi
		mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	esac
}

complete -o filenames -F _uvmsim uvmsim
