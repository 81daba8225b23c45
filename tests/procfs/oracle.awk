# What procps pmap prints of a process, from the files of a tree:
# awk -v mode=default|x|d|X|XX -f oracle.awk stat cmdline smaps
#
# cmdline has blanks for its NULs.  Written from what pmap 4.0.2 was seen to do;
# blanks are not laid out: compare with each run of blanks made one.

function hex(s,	i, v) {
	v = 0
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v
}

function name_of(line, start, kb,	n) {
	if (mode ~ /X/) {
		n = line
		if (split(n, field, " ") < 6)
			return ""
		sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ */, "", n)
		sub(/^.*\//, "", n)
		return n
	}
	if (dev == "00:01" && line ~ /\/SYSV/)
		return sprintf("[ shmid=0x%x ]", inode)
	if (line ~ /\//) {
		sub(/^.*\//, "", line)
		return line
	}
	if (stack >= start && stack <= start + kb * 1024)
		return "[ stack ]"
	return "[ anon ]"
}

function address(s) {
	while (length(s) < 16)
		s = "0" s
	return s
}

function finish(	kb, flags, i, k, row, two) {
	if (range == "")
		return
	kb = value["Size"]
	flags = substr(perm, 1, 3) (substr(perm, 4) == "s" ? "s-" : "--")
	if (mode == "default")
		print address(range), kb "K", flags, name_of(line, start, kb)
	if (mode == "x")
		print address(range), kb, value["Rss"],
		    value["Shared_Dirty"] + value["Private_Dirty"],
		    flags, name_of(line, start, kb)
	if (mode == "d") {
		split(dev, two, ":")
		printf "%s %d %s %s %03x:%05x %s\n", address(range), kb, flags,
		    address(offset), hex(two[1]), hex(two[2]),
		    name_of(line, start, kb)
	}
	if (mode ~ /X/) {
		row = range " " perm " " offset " " dev " " inode
		for (i = 1; i <= nkeys; i++) {
			k = keys[i]
			if (shown(k)) {
				row = row " " value[k]
				sum[k] += value[k]
			}
		}
		print row " " (mode == "XX" ? vmflags " " : "") \
		    name_of(line, start, kb)
	}
	total += kb
	if (substr(perm, 4) == "s")
		shared += kb
	else if (perm ~ /w/)
		writable += kb
	rss += value["Rss"]
	dirty += value["Shared_Dirty"] + value["Private_Dirty"]
}

function shown(k) {
	return mode == "XX" || (k !~ /PageSize$/ && k !~ /^(Shared|Private)_/ &&
	    k != "AnonHugePages") || k ~ /_Hugetlb$/
}

FILENAME == ARGV[1] {
	pid = $1
	sub(/^.*\) /, "")
	stack = $26
	next
}
FILENAME == ARGV[2] {
	sub(/ $/, "")
	print pid ": " $0
	next
}
/^[0-9a-f]+-[0-9a-f]+ / {
	finish()
	split($1, r, "-")
	range = r[1]
	start = hex(r[1])
	perm = $2; offset = $3; dev = $4; inode = $5
	line = $0
	areas++
	next
}
/^VmFlags:/ {
	vmflags = $0
	sub(/^VmFlags: */, "", vmflags)
	sub(/ *$/, "", vmflags)
	next
}
/^[A-Za-z_]+:/ {
	k = $1
	sub(/:$/, "", k)
	value[k] = $2
	if (areas == 1)
		keys[++nkeys] = k
}
END {
	finish()
	if (mode == "default")
		print "total " total "K"
	if (mode == "x")
		print "total kB " total, rss, dirty
	if (mode == "d")
		print "mapped: " total "K writeable/private: " writable + 0 \
		    "K shared: " shared + 0 "K"
	if (mode ~ /X/) {
		for (i = 1; i <= nkeys; i++)
			if (shown(keys[i]))
				row = row sum[keys[i]] + 0 " "
		print row "KB"
	}
}
