# The table of trust as Markdown, from what trust-report.sh keeps of its runs:
#
#	row	NAME WHAT		a row, before what is known of it
#	run	NAME STATUS PASSED FAILED SECONDS COMMIT COMMAND
#	fact	NAME KEY NUMBER KIND
#	platform NAME PASSED FAILED
#	analyzer NAME FILES FINDINGS
#	coverage FLOOR LINES RUN BRANCHES TAKEN
#
# -v date=, commit=: of now.

BEGIN {
	nkeys = split("inputs faults operations states compared", key, " ")
}

$1 == "row" { order[++nrows] = $2; what[$2] = $3 }
$1 == "run" {
	status[$2] = $3
	passed[$2] = $4
	failed[$2] = $5
	seconds[$2] = $6
	of[$2] = $7
	command[$2] = $8
	hours += $6
	if ($3 != "passed")
		bad = bad (bad == "" ? "" : ", ") $2
}
$1 == "fact" {
	sum[$2, $3] += $4
	all[$3] += $4
	if (!(($3, $5) in kind))
		kinds[$3, ++nkinds[$3]] = $5
	kind[$3, $5] += $4
}
$1 == "platform" { line[1, ++n[1]] = $2 SUBSEP $3 SUBSEP $4 }
$1 == "analyzer" { line[2, ++n[2]] = $2 SUBSEP $3 SUBSEP $4 }
$1 == "coverage" {
	line[3, ++n[3]] = $2 SUBSEP $3 SUBSEP $4 SUBSEP share($4, $3) SUBSEP \
	    $5 SUBSEP $6 SUBSEP share($6, $5)
}

# 1,234,567
function number(x,	text, out) {
	if (x !~ /^[0-9]+$/)
		return x == "" ? "-" : x
	text = sprintf("%.0f", x)
	while (length(text) > 3) {
		out = "," substr(text, length(text) - 2) out
		text = substr(text, 1, length(text) - 3)
	}
	return text out
}

function share(part, whole) {
	return sprintf("%.2f %%", whole ? 100 * part / whole : 100)
}

function duration(s) {
	return sprintf("%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
}

function table(which, heads,	i, j, part, count) {
	if (!n[which])
		return
	count = split(heads, part, "|")
	printf "\n|"
	for (j = 1; j <= count; j++)
		printf " %s |", part[j]
	printf "\n|%s|", "---"
	for (j = 2; j <= count; j++)
		printf "%s|", "---:"
	printf "\n"
	for (i = 1; i <= n[which]; i++) {
		count = split(line[which, i], part, SUBSEP)
		printf "|"
		for (j = 1; j <= count; j++)
			printf " %s |", number(part[j])
		printf "\n"
	}
}

function cells(name,	k) {
	for (k = 1; k <= nkeys; k++)
		printf " %s |", number(name == "" ? all[key[k]] : \
		    sum[name, key[k]])
}

function by_kind(k,	i, j, t) {
	if (nkinds[k] < 2)
		return
	for (i = 2; i <= nkinds[k]; i++)	# by number, then by name
		for (j = i; j > 1 && less(k, j - 1, j); j--) {
			t = kinds[k, j]
			kinds[k, j] = kinds[k, j - 1]
			kinds[k, j - 1] = t
		}
	n[0] = nkinds[k]
	for (i = 1; i <= n[0]; i++)
		line[0, i] = kinds[k, i] SUBSEP sprintf("%.0f", \
		    kind[k, kinds[k, i]])
	table(0, k " by kind|" k)
}

function less(k, a, b) {
	if (kind[k, kinds[k, a]] != kind[k, kinds[k, b]])
		return kind[k, kinds[k, a]] < kind[k, kinds[k, b]]
	return kinds[k, a] > kinds[k, b]
}

END {
	printf "\nWritten on %s, of commit %s; + is a commit with changes.  ", \
	    date, commit
	for (i = 1; i <= nrows; i++)
		if (!(order[i] in status))
			never = never (never == "" ? "" : ", ") order[i]
	if (never != "")
		printf "Not run: %s.  ", never
	print bad == "" ? "No run failed." : "FAILED: " bad "."
	print "\n| run | of commit | tests | failed | inputs | faults |" \
	    " operations | states | compared | time |"
	print "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
	for (i = 1; i <= nrows; i++) {
		r = order[i]
		if (!(r in status)) {
			print "| " r " | not run | - | - | - | - | - | - |" \
			    " - | - |"
			continue
		}
		printf "| %s%s | %s | %s | %s |", r, \
		    status[r] == "passed" ? "" : " FAILED", of[r], \
		    number(passed[r]), number(failed[r])
		cells(r)
		print " " duration(seconds[r]) " |"
		passed_all += passed[r]
		failed_all += failed[r]
	}
	printf "| all | | %s | %s |", number(passed_all + 0), \
	    number(failed_all + 0)
	cells("")
	print " " duration(hours) " |"

	print "\n| run | what it is | how |\n|---|---|---|"
	for (i = 1; i <= nrows; i++) {
		how = command[order[i]]
		gsub(/; */, "`, `make ", how)
		print "| " order[i] " | " what[order[i]] " | " \
		    (how == "" ? "-" : "`" how "`") " |"
	}
	by_kind("inputs")
	by_kind("faults")
	by_kind("states")
	table(1, "platform|passed|failed")
	table(2, "analyzer|files|findings")
	table(3, "floor|lines|run|share|branches|taken|share")
	print ""
}
