#!/bin/sh
# Published figures beside the simulator's: published.sh UVMSIM [SECTION ...]
#
# Prints docs/published.md; every measured figure comes from a run that is made
# now.  SECTIONs (superpages tlb programs replacement) limit it to these.  What is not as
# it was published, and not expected to differ, is told on standard error; the
# exit status is then 1, and 2 when something could not be run.
set -u
export LC_ALL=C

uvmsim=${1:?usage: published.sh UVMSIM [SECTION ...]}
shift
[ "$#" -gt 0 ] || set -- superpages tlb programs replacement missing
case $uvmsim in
/*) ;;
*) uvmsim=$PWD/$uvmsim ;;
esac
cd "$(dirname "$0")/../.." || exit 2
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT

. docs/figures/lib.sh
. docs/figures/superpages.sh
. docs/figures/tlb.sh
. docs/figures/programs.sh
. docs/figures/replacement.sh
. docs/figures/missing.sh

cat <<'END'
# Published figures, reproduced

Made by `make published` (docs/figures/published.sh); not to be edited.  Each
measured figure is from a run of the simulator, with the scripts beside that
one and in workloads/figures; `tests/figures/run.sh` makes the page again and
compares.

`same` is checked, and so is `within` a band; other rows say why they differ.
END
for section; do
	case $section in
	superpages | tlb | programs | replacement | missing) "$section" ;;
	*) die "$section is no section: superpages, tlb, programs, replacement, missing" ;;
	esac
done
exit "$failed"
