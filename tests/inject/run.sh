#!/bin/bash
# Full disks for real, and what is left of a command that is killed; failures
# at every single place are test_inject's.
# run.sh UVMSIM
. "$(dirname "$0")/../tools/checks.sh"

"$uvmsim" generate zipf:pages=300 -n 200000 -o t.uvt >/dev/null
"$uvmsim" generate stride:pages=9 -n 5000 -o old.uvt >/dev/null
printf 'machine ram=8M\nspawn a\na: m = mmap 4M rw private anon\na: write m 4M\n' \
    >s.uvm
"$uvmsim" run -q --core old.core s.uvm
mkdir kept && cp old.* kept

# unchanged: the old files are whole, and nothing lies beside them
unchanged() {
	local f

	for f in kept/*; do cmp -s "$f" "${f#kept/}" || return 1; done
	[ -z "$(find . -maxdepth 1 -name '*.??????' -print)" ] &&
	    [ ! -e new.uvt ] && [ ! -e new.core ]
}

# The largest file may have 8K: SIGXFSZ, if nobody minded.
limited() { (ulimit -f 8; exec "$uvmsim" "$@"); }
for args in "convert t.uvt old.uvt" "convert t.uvt new.uvt" \
    "convert --append t.uvt old.uvt" "run -q --core old.core s.uvm" \
    "run -q --core new.core s.uvm" \
    "generate zipf:pages=300 -n 100000 -o new.uvt"; do
	# shellcheck disable=SC2086	# words
	check "$args: too large" refuses 1 "File too large" limited $args
	check "$args: files" unchanged
done

# A history keeps a copy of its trace in a temporary file.
for args in "explain t.uvt:5" "step t.uvt -x run" "report -o old.core t.uvt"; do
	# shellcheck disable=SC2086	# words
	check "$args: no copy" refuses 1 "no room for a copy of the trace" \
	    limited $args
	check "$args: files" unchanged
done

# Standard output on a full disk: one line.
full() { "$uvmsim" "$@" >/dev/full; }
if [ -w /dev/full ]; then
	for args in "convert --to lackey t.uvt -" "info t.uvt" \
	    "mrc --all t.uvt" "ksyms old.core"; do
		# shellcheck disable=SC2086
		check "$args: full" refuses 1 "No space left" full $args
	done
	refuses 1 "/dev/full: No space left" "$uvmsim" generate \
	    --to uvt zipf:pages=300 -n 100000 -o /dev/full && ok || bad "-o /dev/full"
fi

# A disk that is really full, where one may be made.
mkdir disk
if mount -t tmpfs -o size=64k none disk 2>mounted; then
	cp kept/old.uvt disk
	refuses 1 "disk/old.uvt: No space left" \
	    "$uvmsim" convert t.uvt disk/old.uvt && ok || bad "a full disk"
	cmp -s kept/old.uvt disk/old.uvt && [ "$(ls disk)" = old.uvt ] &&
	    ok || bad "a full disk: old.uvt"
	refuses 1 "No space left" "$uvmsim" run -q --core disk/c s.uvm &&
	    ok || bad "a core on a full disk"
	[ "$(ls disk)" = old.uvt ] && ok || bad "a full disk: $(ls disk)"
	umount disk
fi

# Killed while it writes: the old file, and where the host has files without a
# name, nothing else.
mkfifo in
"$uvmsim" convert --from lackey in old.uvt >out 2>&1 & pid=$!
exec 3>in
echo "I  0400d7d4,8" >&3
kill -9 $pid
wait $pid 2>killed
exec 3>&-
check "killed" cmp -s kept/old.uvt old.uvt
finish
