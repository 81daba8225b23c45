#!/bin/bash
# The rules of the house, checked: floors.sh [OBJDIR]
#
#  1. A floor includes only itself and the floors under it; a file of another
#     folder is named with that ("vm/vm.h"), one of its own without.
#  2. Objects in OBJDIR: no floor needs a symbol that a floor above defines.
#  3. vm/ and pmap/ take from libc only what is on the list below: no malloc,
#     no printing, no clock, no environment (pmap's one allocator excepted).
#  4. No floor has writable static data (constant tables that the dynamic
#     linker relocates are constant).  A thread's own data is for api/ alone.
#
# Prints one line per violation; the exit status is 1 if there was any.
set -u
export LC_ALL=C

cd "$(dirname "$0")/../.." || exit 1
obj=${1:-build/obj}
floors="pmap vm sim workloads api"
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
bad=$tmp/bad
: >"$bad"

# What machine-independent code may take from outside.
allowed='mem(cpy|move|set|cmp|chr)|str(n?len|n?cmp|n?cpy|chr|rchr|str|cspn|spn)'
allowed="$allowed|bcmp|snprintf|vsnprintf|qsort|bsearch|abort"
allowed="$allowed|__assert_fail|__stack_chk_fail|__(mem|str|v?snprintf)[a-z]*_chk"
allowed="$allowed|_GLOBAL_OFFSET_TABLE_"

# Floors under and including $1, as a list of names.
upto() {
	local f

	for f in $floors; do
		echo "$f"
		[ "$f" = "$1" ] && return
	done
}

# Rule 1: includes.
for floor in $floors; do
	under=$(upto "$floor" | grep -vx "$floor" | paste -sd'|')
	case $floor in api|workloads) under="$under|$floor" ;; esac	# folders
	for file in "$floor"/*.[ch] "$floor"/*/*.[ch]; do
		case $file in *'*'*|api/include/*) continue ;; esac
		awk -v file="$file" -v floor="$(dirname "$file")" \
		    -v under="^(${under:-none})/" '
		/^[ \t]*#[ \t]*include[ \t]*"/ {
			split($0, part, "\"")
			name = part[2]
			if (name ~ /\//) {
				if (name !~ under)
					print file ":" FNR ": " floor "/ includes " name
			} else if (system("test -e " floor "/" name) != 0)
				print file ":" FNR ": " name " is not in " floor "/"
		}' "$file" >>"$bad"
	done
done

if [ ! -d "$obj" ]; then
	echo "floors.sh: no objects in $obj (make first)" >&2
	exit 1
fi

for floor in $floors; do
	objects=$(find "$obj/$floor" -name '*.o' 2>/dev/null | sort)
	: >"$tmp/$floor.defined"
	: >"$tmp/$floor.needed"
	[ -n "$objects" ] || continue
	# shellcheck disable=SC2086
	nm -g --defined-only $objects | awk 'NF == 3 { print $3 }' |
	    sort -u >"$tmp/$floor.defined"
	# shellcheck disable=SC2086
	nm -A -u $objects | awk '{ sub(/:.*/, "", $1); print $NF, $1 }' |
	    sort -u >"$tmp/$floor.needed"

	# Rule 4: writable data.
	# shellcheck disable=SC2086
	nm -A -f sysv $objects | awk -F'|' -v floor="$floor" '
	{
		gsub(/ /, "")
		writable = $7 ~ /^(\.data|\.bss|\*COM\*)/ && \
		    $7 !~ /^\.data\.rel\.ro/
		thread = $7 ~ /^\.t(bss|data)/ && floor != "api"
		if (writable || thread)
			print $1 ": writable static data in " $7
	}' >>"$bad"
done

for floor in $floors; do
	# Rule 2: symbols of floors above.
	for above in $floors; do
		upto "$floor" | grep -qx "$above" && continue
		join "$tmp/$floor.needed" "$tmp/$above.defined" |
		    awk -v above="$above" \
		    '{ print $2 ": needs " $1 " of " above "/" }' >>"$bad"
	done
	# Rule 3: what the lower floors take from libc.
	case $floor in pmap|vm) ;; *) continue ;; esac
	upto "$floor" | sed "s|.*|$tmp/&.defined|" | xargs sort -u >"$tmp/own"
	join -v1 "$tmp/$floor.needed" "$tmp/own" |
	    grep -Ev "^($allowed) |/pmap/mem_[a-z]+\.o$" |
	    awk '{ print $2 ": takes " $1 " from outside" }' >>"$bad"
done

# shellcheck disable=SC2046
sort -u "$bad"
[ ! -s "$bad" ]
