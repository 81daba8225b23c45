# The maps that a log of kdump, truss or ktruss leaves, page by page, in the
# form of uvmsim replay --maps all.  Knows mmap, munmap, mprotect, mremap, break,
# fork, vfork, exit and open, as the samples have them, and takes every address
# from the log.
#
#	awk -v init=MAPS -f oracle.awk LOG

function hex(s,  i, v, d) {
	v = 0
	s = tolower(s)
	for (i = 1; i <= length(s); i++) {
		d = index("0123456789abcdef", substr(s, i, 1))
		if (d == 0)
			break
		v = v * 16 + d - 1
	}
	return v
}

function number(s) {
	if (s ~ /^0x/)
		return hex(substr(s, 3))
	return s + 0
}

function hextext(v,  s) {
	s = ""
	do {
		s = substr("0123456789abcdef", v % 16 + 1, 1) s
		v = int(v / 16)
	} while (v > 0)
	while (length(s) < 8)
		s = "0" s
	return s
}

# PROT_READ|PROT_WRITE, 0x3<...>, 3 -> "rw-"
function rights(s,  v) {
	if (s ~ /^PROT/ || s ~ /<PROT/)
		return (s ~ /PROT_READ/ ? "r" : "-") \
		    (s ~ /PROT_WRITE/ ? "w" : "-") (s ~ /PROT_EXEC/ ? "x" : "-")
	v = number(s)
	return (v % 2 ? "r" : "-") (int(v / 2) % 2 ? "w" : "-") \
	    (int(v / 4) % 2 ? "x" : "-")
}

function is_anon(s) {
	return s ~ /MAP_ANON|ANONYMOUS|MAP_GUARD/ || \
	    s !~ /MAP_|,/ && int(number(s) / 4096) % 4 != 0
}

# Pages of pid: page -> "rights share offset path"
function put(pid, start, len, what, off, path,  i, n) {
	n = int((len + 4095) / 4096)
	for (i = 0; i < n; i++)
		page[pid, start / 4096 + i] = path == "" ? what "|0|" : \
		    what "|" off / 4096 + i "|" path
}

function drop(pid, start, len,  i, n) {
	n = int((len + 4095) / 4096)
	for (i = 0; i < n; i++)
		delete page[pid, start / 4096 + i]
}

function protect(pid, start, len, r,  i, n, k) {
	n = int((len + 4095) / 4096)
	for (i = 0; i < n; i++) {
		k = pid SUBSEP (start / 4096 + i)
		if (k in page)
			page[k] = r substr(page[k], 4)
	}
}

function begin_process(pid) {
	if (!(pid in born)) {
		born[pid] = ++births
		while ((getline line < init) > 0) {
			split(line, f, " ")
			split(f[1], r, "-")
			put(pid, hex(r[1]), hex(r[2]) - hex(r[1]), f[2], \
			    hex(f[3]), f[6] == "[stack]" ? "" : f[6])
		}
		close(init)
	}
}

function copy_process(from, to,  k, p) {
	born[to] = ++births
	if (sharing)
		shared[to] = from
	for (k in page) {
		split(k, p, SUBSEP)
		if (p[1] == from)
			page[to, p[2]] = page[k]
	}
}

function print_process(pid,  k, p, n, list, i, j, t, have, start, end, w, last, off) {
	n = 0
	for (k in page) {
		split(k, p, SUBSEP)
		if (p[1] == pid)
			list[++n] = p[2]
	}
	sort(list, n)
	print "#pid=" pid
	have = 0
	for (i = 1; i <= n; i++) {
		split(page[pid, list[i]], w, "|")
		if (have && list[i] == end && w[1] == what && w[3] == path && \
		    (path == "" || w[2] == last + 1)) {
			end++
			last = w[2]
			continue
		}
		if (have)
			area(start, end, what, off, path)
		have = 1
		start = list[i]
		end = start + 1
		what = w[1]
		off = last = w[2]
		path = w[3]
	}
	if (have)
		area(start, end, what, off, path)
}

function area(start, end, what, off, path) {
	print hextext(start * 4096) "-" hextext(end * 4096) " " what " " \
	    hextext(off * 4096) (path == "" ? "" : " " path)
}

function sort(a, n,  gap, i, j, t) {
	for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
		for (i = gap + 1; i <= n; i++) {
			t = a[i]
			for (j = i; j > gap && a[j - gap] > t; j -= gap)
				a[j] = a[j - gap]
			a[j] = t
		}
}

# A call that succeeded: its arguments are a[1..], its result is v.  The memory
# of a vfork's child is its parent's.
function done(pid, name, v) {
	sub(/^_+/, "", name)
	sub(/14$/, "", name)
	apply(pid, name, v)
	if (pid in shared)
		apply(shared[pid], name, v)
}

function apply(pid, name, v,  n, path) {
	if (name == "mmap") {
		n = 6
		if (a[7] != "")
			n = 7
		path = is_anon(a[4]) ? "" : fds[pid, number(a[5])]
		put(pid, v, number(a[2]), rights(a[3]) \
		    (a[4] ~ /SHARED/ || a[4] == "0x1" ? "s" : "p"), \
		    number(a[n]), path)
	} else if (name == "munmap") {
		drop(pid, number(a[1]), number(a[2]))
	} else if (name == "mprotect") {
		protect(pid, number(a[1]), number(a[2]), rights(a[3]))
	} else if (name == "mremap") {
		drop(pid, number(a[1]), number(a[2]))
		put(pid, v, number(a[4]), "rw-p", 0, "")
	} else if (name == "shmat") {
		put(pid, v, segment, "rw-s", 0, "/SYSV00000000")
	} else if (name == "shmdt") {
		drop(pid, number(a[1]), segment)
	} else if (name == "shmget") {
		segment = number(a[2])
	} else if (name == "open") {
		fds[pid, v] = nami
	} else if (name == "break") {
		if (heap[pid] == 0)
			heap[pid] = number(a[1]) - 4096
		put(pid, heap[pid], number(a[1]) - heap[pid], "rw-p", 0, "")
		heap[pid] = number(a[1])
	}
}

function arguments(s,  n, i, c, depth, word) {
	for (i = 1; i < 10; i++)
		a[i] = ""
	n = 1
	depth = 0
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "<" || c == "(" || c == "{")
			depth++
		if (c == ">" || c == ")" || c == "}")
			depth--
		if (c == "," && depth == 0) {
			n++
			continue
		}
		if (c != " ")
			a[n] = a[n] c
	}
}

# Name and arguments out of NAME(ARGS)...; => what follows
function take(s,  i, depth, c) {
	i = index(s, "(")
	name = substr(s, 1, i - 1)
	s = substr(s, i + 1)
	depth = 1
	for (i = 1; i <= length(s) && depth > 0; i++) {
		c = substr(s, i, 1)
		if (c == "(")
			depth++
		if (c == ")")
			depth--
	}
	args = substr(s, 1, i - 2)
	return substr(s, i)
}

function leave(pid) {
	print_process(pid)
	gone[pid] = 1
}

BEGIN { births = 0; first = 0; CONVFMT = "%.15g" }

{ sub(/\r$/, "") }

# kdump: PID [LID] COMM TYPE rest
/ (CALL|RET|NAMI) / {
	pid = $1
	match($0, / (CALL|RET|NAMI) +/)
	type = substr($0, RSTART + 1, 3)
	rest = substr($0, RSTART + RLENGTH)
	if (type == "NAM") {
		if (nami == "")
			nami = substr(rest, 2, length(rest) - 2)
	} else if (type == "CAL") {
		nami = ""
		if (rest !~ /\(/)
			rest = rest "()"
		take(rest)
		if (!(pid in born) && parent != "" && name != "execve")
			copy_process(parent, pid)
		pending[pid] = args
		if (name ~ /fork/) {
			parent = pid
			sharing = name ~ /vfork/
		}
		if (name == "exit" || name == "_exit")
			leave(pid)
	} else {
		split(rest, w, " ")
		if (w[1] == "execve" && w[2] !~ /^-1/)
			begin_process(pid)
		if (w[2] ~ /^(-1|JUST)/ || w[1] ~ /fork|execve/)
			next
		arguments(pending[pid])
		n = split(w[2], v, "/")
		done(pid, w[1], number(v[n]))
	}
	next
}

# truss: "PID: NAME(ARGS) = N (0xN)"; ktruss: "PID LID COMM NAME(ARGS) = N"
/\(/ && !/SIG|emul/ {
	pid = $1
	sub(/:$/, "", pid)
	rest = $0
	if ($1 ~ /:$/)
		sub(/^ *[0-9]+: */, "", rest)
	else
		sub(/^ *[0-9]+ +[0-9]+ +[a-z]+ +/, "", rest)
	result = take(rest)
	if (name == "execve" || first++ == 0 && $1 ~ /:$/)
		begin_process(pid)
	if (!(pid in born) && parent != "")
		copy_process(parent, pid)
	if (name ~ /fork/) {
		parent = pid
		sharing = name ~ /vfork/
	}
	if (name == "_exit" || name == "exit") {
		leave(pid)
		next
	}
	if (result ~ /rr#|RR#|JUST/ || result !~ /=/ || name == "execve")
		next
	if (name == "open") {
		nami = args
		sub(/^"/, "", nami)
		sub(/".*/, "", nami)
	}
	sub(/^[ \t]*= */, "", result)
	sub(/ .*/, "", result)
	arguments(args)
	done(pid, name, number(result))
	next
}
/<new process>/ {
	pid = $1
	sub(/:$/, "", pid)
	copy_process(parent, pid)
}
END {
	for (i = 1; i <= births; i++)
		for (pid in born)
			if (born[pid] == i && !(pid in gone))
				print_process(pid)
}
