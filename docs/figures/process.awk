# From what a process touches (pages.awk) to a script that runs it twice.  A
# page that is read or fetched first is a file's, mapped privately; one that is
# written first is zero-filled memory.  Pages less than 16 apart are one
# mapping. Of the file, those pages are in memory that the first run has used;
# the second run stands between two snapshots, with advice `advice'.

function number(hex,  i, n) {
	for (i = 1; i <= length(hex); i++)
		n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return n
}

function sort(  i, j, at) {
	for (i = 2; i <= n; i++) {
		at = order[i]
		for (j = i - 1; j > 0 && order[j] > at; j--)
			order[j + 1] = order[j]
		order[j + 1] = at
	}
}

# The first page behind those from order[i] on that are one mapping.
function behind(i, gap) {
	for (i++; i <= n && order[i] - order[i - 1] <= gap; i++)
		if (gap == 1 && (first[order[i]] == "w") != \
		    (first[order[i - 1]] == "w"))
			break
	return i
}

function map(process, advice,  i, j, pages, offset) {
	for (i = 1; i <= n; i = j) {
		j = behind(i, 15)
		pages = order[j - 1] - order[i] + 1
		printf("%s: m = mmap %.0f rwx private file /image " \
		    "offset %.0f fixed at %.0f\n%s: madvise m %.0f %s\n",
		    process, pages * 4096, offset * 4096, order[i] * 4096,
		    process, pages * 4096, advice)
		offset += pages
	}
	for (i = 1; i <= n; i = j) {
		j = behind(i, 1)
		if (first[order[i]] == "w")
			printf("%s: mmap %.0f rwx private anon fixed at %.0f\n",
			    process, (j - i) * 4096, order[i] * 4096)
	}
}

{
	kind[NR] = $1
	page[NR] = at = number($2)
	if (!(at in first)) {
		first[at] = $1
		order[++n] = at
	}
}

END {
	sort()
	print "machine arch=amd64 personality=netbsd ram=64M"
	print "file /image 64M"
	print "spawn one image=none"
	map("one", "random")
	for (i = 1; i <= n; i++)
		if (first[order[i]] != "w")
			printf("one: read %.0f\n", order[i] * 4096)
	print "spawn two image=none"
	map("two", advice)
	print "show stats"
	for (i = 1; i <= NR; i++)
		printf("two: %s %.0f\n", kind[i] == "x" ? "exec" : \
		    kind[i] == "r" ? "read" : "write", page[i] * 4096)
	print "show stats"
}
