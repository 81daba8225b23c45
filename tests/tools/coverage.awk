# What gcov -b -c -t prints, as lcov's tracefile.  An inline function of a
# header comes once for each file that uses it; all counts are added up.

BEGIN {
	split(floors, list, " ")
	for (i in list)
		wanted[list[i]] = 1
}

/^ *-: *0:Source:/ {
	file = $0
	sub(/^ *-: *0:Source:/, "", file)
	floor = file
	sub(/\/.*/, "", floor)
	skip = !(floor in wanted)
	inside = 0
	next
}
skip { next }

# Between lines of dashes: the same lines again, for each function.
/^-+$/ { inside = 1; next }

/^ *[-#=0-9*]+: *[0-9]+:/ {
	count = $0
	sub(/:.*/, "", count)
	gsub(/[ *]/, "", count)
	text = $0
	sub(/^[^:]*: */, "", text)
	line = text + 0
	sub(/^[0-9]+:/, "", text)
	if (inside && line > last[file])
		inside = 0
	if (line > last[file])
		last[file] = line
	excluded = text ~ /(^|[^A-Za-z0-9_])(assert|(SIM_)?HASH_[A-Z_]+)\(/
	if (count == "-")
		next
	lines[file, line] += count ~ /^[0-9]+$/ ? count : 0
	next
}

/^branch +[0-9]+ / {
	if (excluded)
		next
	if ($2 >= branches[file, line])
		branches[file, line] = $2 + 1
	is[file, line, $2] = 1
	taken[file, line, $2] += $3 == "taken" ? $4 : 0
}

END {
	for (file in last) {
		print "TN:\nSF:" file
		nlines = run = nbranches = ntaken = 0
		for (line = 1; line <= last[file]; line++) {
			if (!((file, line) in lines))
				continue
			n = lines[file, line]
			nlines++
			run += n > 0
			printf "DA:%d,%.0f\n", line, n
			for (b = 0; b < branches[file, line]; b++) {
				if (!((file, line, b) in is))
					continue
				nbranches++
				ntaken += taken[file, line, b] > 0
				text = n > 0 ? \
				    sprintf("%.0f", taken[file, line, b]) : "-"
				print "BRDA:" line ",0," b "," text
			}
		}
		printf "BRF:%d\nBRH:%d\nLF:%d\nLH:%d\nend_of_record\n", \
		    nbranches, ntaken, nlines, run
	}
}
