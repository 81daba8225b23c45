#!/bin/bash
# What uvmsim is for, in a minute: demo.sh BINDIR
#
# Runs an example script, explains one fault, replays a real trace and prints
# the map it ends in.
set -eu
cd "$(dirname "$0")/../.."
PATH=$(cd "${1:-build/bin}" && pwd):$PATH
traces=tests/data/traces

say() {
	printf '\n%s\n\n' "$*" | fold -s -w 79 | sed 's/ *$//'
}

show() {
	printf '$ %s\n' "$*"
}

say "1. A workload script.  A process maps memory and writes to it, forks, and" \
    "the child writes too.  This is the script:"
grep -v '^#\|^expect\|^$' workloads/examples/fork-cow.uvm | sed 's/^/    /'

say "Running it tells step by step why the child's write faults, and shows" \
    "whose pages are whose afterwards:"
show "uvmsim run workloads/examples/fork-cow.uvm"
uvmsim run workloads/examples/fork-cow.uvm

say "The child has a page of its own (anon 5); the other three are still the" \
    "parent's too (refs 2), mapped without w.  The script also holds" \
    "$(grep -c '^expect' workloads/examples/fork-cow.uvm) expectations like" \
    "\"expect child refs anon buf+4K == 2\"; all of them were met."

say "2. A trace of a real program: gcc compiling a file, five processes," \
    "recorded by strace.  Every memory call goes to the machine, and what it" \
    "answers is compared with what the kernel answered:"
replay=(uvmsim replay --no-host-files --snaps $traces/gcc_compile.snaps
    $traces/gcc_compile.strace)
show "${replay[*]}"
"${replay[@]}"

say "3. The memory of the first of them when it ended, as the machine has it." \
    "The kernel's own map says the same, page by page:"
read -r pid _ <$traces/gcc_compile.strace
replay+=(--quiet --maps "$pid")
show "${replay[*]}"
"${replay[@]}"

say "4. The two processes of 1. again, as FreeBSD's procstat sees them" \
    "(kinfo_getvmmap) and as OpenBSD's procmap digs them out of kernel memory" \
    "(kvm).  The parent's memory has a shadow, the child's is one:"
show "procstat -M workloads/examples/fork-cow.uvm -v 2 3"
procstat -M workloads/examples/fork-cow.uvm -v 2 3
echo
show "procmap -M workloads/examples/fork-cow.uvm -x 3"
procmap -M workloads/examples/fork-cow.uvm -x 3

say "5. Page replacement.  Belady's twelve references to five pages, first in" \
    "first out: more memory, more faults (docs/lessons.md goes on from here):"
for frames in 3 4 5; do
	show "uvmsim run --machine policy=fifo,frames=$frames" \
	    "workloads/lessons/belady.uvm | head -n 2"
	uvmsim run --machine "policy=fifo,frames=$frames" \
	    workloads/lessons/belady.uvm 2>/dev/null | head -n 2 || true
done

say "Next: README.md, man docs/man/uvmsim.1, and the scripts in" \
    "workloads/examples/."
