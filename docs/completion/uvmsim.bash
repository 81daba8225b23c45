# bash completion for uvmsim(1).
#
# Commands and options are asked of the command itself, so that this file has
# no list of them to keep.

_uvmsim_commands() {
	"$1" help 2>/dev/null | awk '/^Commands:/ { on = 1; next }
	    /^$/ { on = 0 } on { print $1 }'
}

_uvmsim_options() {
	"$1" "$2" --help 2>/dev/null | awk '/^Options:/ { on = 1; next }
	    on { for (i = 1; i <= NF; i++) if ($i ~ /^--/) print $i }'
}

_uvmsim() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ] || [ "$prev" = help ]; then
		mapfile -t COMPREPLY < <(compgen -W \
		    "$(_uvmsim_commands "$1") --help --version" -- "$cur")
		return
	fi
	case $cur in
	-*)	mapfile -t COMPREPLY < <(compgen -W \
		    "$(_uvmsim_options "$1" "${COMP_WORDS[1]}")" -- "$cur") ;;
	*)	mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	esac
}

complete -o filenames -F _uvmsim uvmsim
