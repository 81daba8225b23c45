# From lcov's tracefile: shares of lines and branches by floor, as a table and
# in the file named by tsv; then the files with the most that was missed.

/^SF:/	{ file = substr($0, 4); floor = file; sub(/\/.*/, "", floor) }
/^LF:/	{ lines[floor] += n[1] = substr($0, 4) }
/^LH:/	{ run[floor] += n[2] = substr($0, 4) }
/^BRF:/	{ branches[floor] += n[3] = substr($0, 5) }
/^BRH:/	{ taken[floor] += n[4] = substr($0, 5) }
/^end_of_record/ {
	if (n[1] > n[2] || n[3] > n[4])
		missed[file] = sprintf("%6d %9d", n[1] - n[2], n[3] - n[4])
}

function share(part, whole) {
	return whole ? 100 * part / whole : 100
}

function row(name) {
	printf "%-10s %7d %7d %6.2f%% %9d %7d %6.2f%%\n", name, lines[name], \
	    run[name], share(run[name], lines[name]), branches[name], \
	    taken[name], share(taken[name], branches[name])
	printf "%s\t%d\t%d\t%d\t%d\n", name, lines[name], run[name], \
	    branches[name], taken[name] >tsv
	if (name == "all")
		return
	lines["all"] += lines[name]
	run["all"] += run[name]
	branches["all"] += branches[name]
	taken["all"] += taken[name]
}

END {
	printf "%-10s %7s %7s %7s %9s %7s %7s\n", "floor", "lines", "run", \
	    "share", "branches", "taken", "share"
	count = split(floors, order, " ")
	for (i = 1; i <= count; i++)
		row(order[i])
	row("all")
	print "\nmissed, by file:\n lines  branches"
	fflush()
	for (file in missed)
		print missed[file], file | \
		    "sort -k2,2nr -k1,1nr -k3 | head -n 30"
}
