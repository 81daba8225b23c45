# The table of trust, read back: does each of its sums agree with its rows, and
# has it the rows that it must have?  -v page= for messages, -v rows= the names.

function value(text) {
	gsub(/[ ,]/, "", text)
	return text == "-" ? 0 : text
}

function seconds(text,	part) {
	split(text, part, ":")
	return text ~ /:/ ? part[1] * 3600 + part[2] * 60 + part[3] : 0
}

function complain(why) {
	print page ": the table of trust: " why
	status = 1
}

# The sums that the rows until "all" must give.
function sums(	c) {
	for (c = 3; c <= columns; c++) {
		v = head[c] == "time" ? seconds(cell[c]) : value(cell[c])
		if (name != "all")
			sum[c] += v
		else if (v != sum[c])
			complain(head[c] " of all is " v ", its rows give " \
			    sum[c])
		if (name == "all")
			total[head[c]] = v
	}
	if (name == "all")
		seen_all++
}

function share_is(part, whole, said,	want) {
	want = sprintf("%.2f", whole ? 100 * part / whole : 100)
	sub(/ .*/, "", said)
	if (said != want)
		complain(name ": " said " %, but " part " of " whole " is " want)
}

!/^\|/ { columns = 0; next }
/^\|-/ { next }
{
	count = split($0, raw, "|") - 2
	for (c = 1; c <= count; c++) {
		cell[c] = raw[c + 1]
		gsub(/^ +| +$/, "", cell[c])
	}
	if (!columns) {
		columns = count
		for (c in sum)
			delete sum[c]
		for (c = 1; c <= count; c++)
			head[c] = cell[c]
		next
	}
	if (count != columns)
		complain("line " NR " has " count " cells, not " columns)
	name = cell[1]
	sub(/ FAILED$/, "", name)
}
head[1] == "run" && head[2] == "of commit" { row[name]++; sums() }
head[1] ~ / by kind$/ { kinds[head[2]] += value(cell[2]) }
head[1] == "floor" && name != "all" {
	for (c = 2; c <= 6; c++)
		floors[c] += value(cell[c])
}
head[1] == "floor" {
	share_is(value(cell[3]), value(cell[2]), cell[4])
	share_is(value(cell[6]), value(cell[5]), cell[7])
	if (name == "all")
		for (c = 2; c <= 6; c++)
			if (c != 4 && floors[c] != value(cell[c]))
				complain(head[c] " of all floors is " \
				    cell[c] ", the floors give " floors[c])
}

END {
	count = split(rows, want, " ")
	for (c = 1; c <= count; c++)
		if (row[want[c]] != 1)
			complain("expected one row " want[c] ", found " \
			    row[want[c]] + 0)
	for (c in kinds)
		if (kinds[c] != total[c])
			complain(c " by kind are " kinds[c] ", in all " total[c])
	if (seen_all != 1)
		complain("expected one row of sums, found " seen_all + 0)
	exit status
}
