# From lcov's tracefile and the source of one file: the lines that were not run
# and those with branches that were not taken, with their text.

FNR == NR && /^SF:/ { on = substr($0, 4) == file }
FNR == NR && on && /^DA:/ {
	split(substr($0, 4), part, ",")
	run[part[1]] = part[2]
}
FNR == NR && on && /^BRDA:/ {
	split(substr($0, 6), part, ",")
	all[part[1]]++
	if (part[4] == "-" || part[4] == 0) {
		if (missed[part[1]]++)
			which[part[1]] = which[part[1]] ","
		which[part[1]] = which[part[1]] part[3]
	}
}
FNR == NR { next }

FNR in run && run[FNR] == 0 {
	printf "%s:%d: %-16s %s\n", file, FNR, "not run", $0
	next
}
FNR in missed {
	printf "%s:%d: %-16s %s\n", file, FNR, "branch " which[FNR] " of " \
	    all[FNR], $0
}
