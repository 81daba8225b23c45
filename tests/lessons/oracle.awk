# Exercises solved by somebody else: what `uvmsim lesson --sheet' prints is
# read, each problem is solved from its text alone, by the plainest means, and
# the answers are compared with those of the key.
#
#	uvmsim lesson --sheet N --seeds A-B --exercise KIND |
#	    awk -v kind=KIND -f oracle.awk
#
# Prints the answers that differ, and last "KIND: N answers, M differ"; exit
# status 1 if any differ, or if there was nothing to compare.

# ------------------------------------------------------------- reading ----

function hex(s,	v, i) {
	s = tolower(s)
	sub(/^0x/, "", s)
	v = 0
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v
}
function size(s) {			# 64K, 0x1000, 4096
	if (s ~ /^0x/)
		return hex(s)
	return s * (s ~ /K$/ ? 1024 : s ~ /M$/ ? 1048576 : 1)
}
function page_of(place) {		# p, p+8K: a page's number
	if (place !~ /\+/)
		return 0
	return size(substr(place, index(place, "+") + 1)) / 4096
}
function number_after(word,	s) {	# of the text: the number behind a word
	s = text
	if (!match(s, word))
		return -1
	s = substr(s, RSTART + RLENGTH)
	sub(/^[^0-9]*/, "", s)
	return s + 0
}
function rights(s) {
	if (s == "none" || s == "---")
		return "---"
	return (s ~ /r/ ? "r" : "-") (s ~ /w/ ? "w" : "-") (s ~ /x/ ? "x" : "-")
}
function answer(i, s) { mine[seed, label[i]] = s "" }

function fresh() {
	text = ""
	nops = nitems = state = 0
	split("", label)
	split("", prompt)
	split("", op)
}
function solve() {
	if (seed == "" || nitems == 0)
		return
	if (kind == "translate") translate()
	else if (kind == "tables") tables()
	else if (kind == "layout") layout()
	else if (kind == "faults") faults()
	else if (kind == "cow" || kind == "forks") forks()
	else if (kind == "share") share()
	else if (kind == "superpages") superpages()
	else if (kind == "reach") reach()
	else if (kind == "replace") replace()
	else if (kind == "distance") distance()
	else if (kind == "wset") wset()
	else if (kind == "paging") paging()
	else if (kind == "wiring") wiring()
	else if (kind == "amaps") amaps()
	else if (kind == "maps") maps()
	problem = text
	for (i = 1; i <= nops; i++)
		problem = problem "\n" op[i]
	for (i = 1; i <= nitems; i++)
		problem = problem "\n" prompt[i]
	if (problem in seen)
		twins++
	seen[problem] = 1
	problems++
}

/^# Key/		{ key = 1 }
/^seed: /		{ seed = $2; if (!key) fresh(); next }
key && /^[0-9]+[a-z]: /	{
	l = $1
	sub(/:/, "", l)
	given = substr($0, length($1) + 2)
	if (!((seed, l) in mine))
		next
	compared++
	if (mine[seed, l] != given) {
		print kind ", seed " seed ", " l ": key " given \
		    ", oracle " mine[seed, l]
		differ++
	}
	next
}
key			{ next }
/^\f/			{ solve(); seed = ""; next }
/^    / && nitems == 0	{ op[++nops] = $0; sub(/^ */, "", op[nops]); next }
/^ *[0-9]+[a-z]: /	{
	label[++nitems] = $1
	sub(/:/, "", label[nitems])
	prompt[nitems] = $0
	sub(/^ *[0-9]+[a-z]: /, "", prompt[nitems])
	next
}
/^      / && nitems > 0	{ line = $0; sub(/^ */, "", line)
			  prompt[nitems] = prompt[nitems] " " line; next }
			{ text = text " " $0 }

END {
	printf "%s: %d answers, %d differ, %d problems, %d twice\n", kind,
	    compared, differ, problems, twins
	exit differ > 0 || compared == 0
}

# ---------------------------------------------------------- page tables ----

# "addresses of 9 + 9 + 9 + 12 bits" -> bits[0..nlevels-1], shift[]
function geometry(	s, n, i) {
	s = text
	match(s, /addresses of [0-9 +]+ bits/)
	s = substr(s, RSTART + 13, RLENGTH - 18)
	n = split(s, part, " \\+ ")
	nlevels = n - 1
	shift[nlevels] = 12
	for (i = nlevels - 1; i >= 0; i--) {
		bits[i] = part[i + 1] + 0
		shift[i] = i == nlevels - 1 ? 12 : shift[i + 1] + bits[i + 1]
	}
}
function index_of(va, l) {
	return int(va / 2 ^ shift[l]) % 2 ^ bits[l]
}
function walk(va,	t, l, i) {
	t = root
	for (l = 0; l < nlevels - 1; l++) {
		i = index_of(va, l)
		if (!((t, i) in entry))
			return "fault"
		t = entry[t, i]
	}
	i = index_of(va, l)
	if (!((t, i) in leaf))
		return "fault"
	return sprintf("0x%x %s", leaf[t, i] * 4096 + va % 4096, prot[t, i])
}
function translate(	i, l, w, table, s) {
	geometry()
	split("", entry); split("", leaf); split("", prot)
	root = ""
	for (i = 1; i <= nops; i++) {
		s = op[i]
		gsub(/[][,]/, " ", s)
		split(s, w, " ")
		if (w[1] == "table") {
			table = w[4]
			if (root == "")
				root = table
		} else if (w[2] == "table")
			entry[table, w[1]] = w[5]
		else {
			leaf[table, w[1]] = w[5]
			prot[table, w[1]] = w[6]
		}
	}
	for (i = 1; i <= nitems; i++) {
		split(prompt[i], w, /[: ]/)
		if (prompt[i] ~ /indices/) {
			s = ""
			for (l = 0; l < nlevels; l++)
				s = s (l > 0 ? " " : "") index_of(hex(w[1]), l)
			answer(i, s)
		} else
			answer(i, walk(hex(w[1])))
	}
}
function tables(	i, l, va, w, n, s, total, bytes) {
	geometry()
	split("", have)
	for (l = 0; l < nlevels; l++)
		n[l] = 0
	for (i = 1; i <= nops; i++) {
		split(op[i], w, " ")
		for (va = hex(w[1]); va < hex(w[3]); va += 4096)
			for (l = 0; l < nlevels; l++) {
				s = l == 0 ? 0 : int(va / 2 ^ shift[l - 1])
				if (!((l, s) in have))
					n[l]++
				have[l, s] = 1
			}
	}
	s = ""
	for (l = 0; l < nlevels; l++) {
		s = s (l > 0 ? " " : "") n[l]
		total += n[l]
	}
	answer(1, s)
	answer(2, total * 4 "K")
	bytes = number_after("and entries of")
	answer(3, shift[0] + bits[0] - 12 + (bytes == 8 ? 3 : 2))
}

# ------------------------------------------------------------- the map ----

function layout(	i, j, w, base, page, p, from, n, runs, any, at) {
	match(text, /from 0x[0-9a-f]+/)
	base = hex(substr(text, RSTART + 5, RLENGTH - 5))
	for (i = 1; i <= nops; i++) {
		split(op[i], w, " ")
		if (w[2] == "mmap") {
			for (j = 3; w[j] != "at"; j++)
				;
			from = hex(w[j + 1]); n = size(w[3]); p = rights(w[4])
		} else {
			from = hex(w[3]); n = size(w[4])
			p = w[2] == "munmap" ? "" : rights(w[5])
		}
		for (j = 0; j < n / 4096; j++)
			page[(from - base) / 4096 + j] = p
	}
	for (j = 0; j < 16; j++) {
		if (page[j] != "" && (j == 0 || page[j] != page[j - 1]))
			runs++
		any += page[j] != "" && page[j] != "---"
	}
	for (i = 1; i <= nitems; i++)
		if (match(prompt[i], /0x[0-9a-f]+/)) {
			at = hex(substr(prompt[i], RSTART, RLENGTH)) - base
			at = int(at / 4096)
			answer(i, page[at] == "" ? "unmapped" : page[at])
		} else
			answer(i, prompt[i] ~ /entries/ ? runs + 0 : any + 0)
}

# --------------------------------------------------------------- faults ----

# Of a page of a process: pte "", "r" or "w"; anon a number or "".
function fault(who, how, area, page,	k, o, shared) {
	k = area page
	if (page > 3)
		return "maperr"
	if (how == "write" && area == "text")
		return "accerr"
	if (pte[who, k] == "w" || (pte[who, k] == "r" && how != "write"))
		return "hit"
	o = who == "a" ? "b" : "a"
	if (anon[who, k] != "") {
		shared = anon[o, k] == anon[who, k]
		if (how == "write" && shared) {
			anon[who, k] = ++anons
			pte[who, k] = "w"
			return "copy"
		}
		pte[who, k] = shared ? "r" : "w"
		return "map"
	}
	if (area == "heap" || how == "write") {
		anon[who, k] = ++anons
		pte[who, k] = "w"
		return area == "heap" ? "zero" : "copy"
	}
	pte[who, k] = "r"
	return "file"
}
function faults(	i, w, s, k, part) {
	split("", pte); split("", anon)
	anons = 0
	for (i = 1; i <= nitems; i++) {
		s = prompt[i]
		if (s ~ /^After a has forked b: /) {
			sub(/^After a has forked b: /, "", s)
			for (k in anon) {
				split(k, part, SUBSEP)
				copy[part[2]] = anon[k]
			}
			for (k in copy) {
				anon["b", k] = copy[k]
				if (copy[k] != "" && pte["a", k] != "")
					pte["a", k] = "r"
			}
			split("", copy)
		}
		split(s, w, " ")
		k = w[3]
		sub(/\+.*/, "", k)
		answer(i, fault(substr(w[1], 1, 1), w[2], k, page_of(w[3])))
	}
}

# ---------------------------------------------------------------- forks ----

function owners(f, page,	q, n) {
	for (q in alive)
		n += frame[q, page] == f
	return n + 0
}
function forks(	i, j, w, who, page, n, s, q, name, distinct) {
	split("", frame); split("", content); split("", alive)
	nframes = stamp = copies = 0
	alive["a"] = 1
	pages = kind == "forks" ? number_after("Process a has") : 0
	for (page = 0; kind == "forks" && page < pages; page++) {
		frame["a", page] = ++nframes
		content[nframes] = ++stamp
	}
	for (i = 1; i <= nops; i++) {
		split(op[i], w, " ")
		who = substr(w[1], 1, 1)
		if (w[3] == "=") {
			pages = size(w[5]) / 4096
		} else if (w[2] == "fork") {
			alive[w[3]] = 1
			for (page = 0; page < pages; page++)
				frame[w[3], page] = frame[who, page]
		} else if (w[2] == "exit") {
			delete alive[who]
		} else if (w[2] == "write") {
			n = w[4] == "" ? 1 : size(w[4]) / 4096
			for (j = 0; j < n; j++) {
				page = page_of(w[3]) + j
				if (frame[who, page] == "" ||
				    owners(frame[who, page], page) > 1) {
					copies += frame[who, page] != ""
					frame[who, page] = ++nframes
				}
				content[frame[who, page]] = ++stamp
			}
		}
	}
	split("", distinct)
	n = 0
	for (q in alive)
		for (page = 0; page < pages; page++)
			if (frame[q, page] != "" && \
			    !(frame[q, page] in distinct)) {
				distinct[frame[q, page]] = 1
				n++
			}
	for (i = 1; i <= nitems; i++) {
		s = prompt[i]
		match(s, /p(\+[0-9]+K)?[? ]/)
		if (s ~ /copy, all together/)
			answer(i, copies)
		else if (s ~ /frames hold/)
			answer(i, n)
		else if (s ~ /read the same/) {
			j = 0
			for (page = 0; page < pages; page++)
				j += content[frame["a", page]] == \
				    content[frame["b", page]]
			answer(i, j)
		} else {
			match(s, / at p(\+[0-9]+K)?/)
			page = page_of(substr(s, RSTART + 4, RLENGTH - 4))
			if (s ~ /^Which/) {
				who = substr(s, 18, 1)
				name = ""
				for (j = 0; j < 4; j++) {
					q = substr("abcd", j + 1, 1)
					if (content[frame[q, page]] == \
					    content[frame[who, page]])
						name = name " " q
				}
				answer(i, substr(name, 2))
			} else {
				match(s, /that [a-d] has/)
				who = substr(s, RSTART + 5, 1)
				answer(i, owners(frame[who, page], page))
			}
		}
	}
}
function share(	i, j, w, who, q, k, n, total, has, file, own, p) {
	split("", has); split("", file); split("", own)
	for (i = 1; i <= nops; i++) {
		split(op[i], w, " ")
		who = substr(w[1], 1, 1)
		n = size(w[4]) / 4096
		if (w[2] == "write")
			own[who] += n
		else
			for (j = 0; j < n; j++) {
				has[who, page_of(w[3]) + j] = 1
				file[page_of(w[3]) + j] = 1
			}
	}
	for (i = 1; i <= 4; i++) {
		who = substr("abcd", i, 1)
		rss[who] = pss[who] = own[who] * 4
		for (p in file)
			if ((who, p) in has) {
				n = 0
				for (j = 1; j <= 4; j++)
					n += (substr("abcd", j, 1), p) in has
				rss[who] += 4
				pss[who] += 4 / n
			}
		total += pss[who]
	}
	for (i = 1; i <= nitems; i++) {
		match(prompt[i], /set of [a-d]/)
		who = substr(prompt[i], RSTART + 7, 1)
		if (prompt[i] ~ /resident/)
			answer(i, rss[who] "K")
		else if (prompt[i] ~ /sum/)
			answer(i, total "K")
		else
			answer(i, pss[who] "K")
	}
}

# --------------------------------------------------- larger pages, TLBs ----

function superpages(	w, from, to, first, whole, left, hit) {
	split(op[1], w, " ")
	for (i = 1; w[i] != "at"; i++)
		;
	from = hex(w[i + 1])
	to = from + size(w[5 - (w[4] != "mmap")])
	first = int((from + 2097151) / 2097152)
	whole = int(to / 2097152) - first
	left = (to - from) / 4096 - 512 * whole
	answer(1, whole)
	answer(2, whole + left)
	match(prompt[3], /0x[0-9a-f]+/)
	hit = int(hex(substr(prompt[3], RSTART, RLENGTH)) / 2097152) - first
	hit = hit >= 0 && hit < whole
	answer(3, hit)
	answer(4, whole + left + 511 * hit)
}
# LRU in sets, the plain way: what was used when.
function misses(pages, step, rounds, sets, ways,
    r, i, s, k, n, lost, old, when) {
	split("", when)
	for (r = 0; r <= rounds; r++)
		for (i = 0; i < pages; i++) {
			s = i * step % sets
			clock++
			if (!((s, i) in when)) {
				n = 0
				old = ""
				for (k = 0; k < pages; k++)
					if ((s, k) in when) {
						n++
						if (old == "" ||
						    when[s, k] < when[s, old])
							old = k
					}
				if (n == ways)
					delete when[s, old]
				lost += r > 0
			}
			when[s, i] = clock
		}
	return lost + 0
}
function reach(	i, entries, sets, ways, w, step, rounds) {
	entries = number_after("has a TLB of")
	sets = number_after("entries in")
	ways = number_after("sets of")
	answer(1, 4 * entries "K")
	answer(2, 2 * entries "M")
	for (i = 3; i <= nitems; i++) {
		match(prompt[i], /byte of [0-9]+/)
		w = substr(prompt[i], RSTART + 8, RLENGTH - 8) + 0
		match(prompt[i], /next [0-9]+/)
		rounds = substr(prompt[i], RSTART + 5, RLENGTH - 5) + 0
		step = prompt[i] ~ /second/ ? 2 : prompt[i] ~ /fourth/ ? 4 : \
		    prompt[i] ~ /eighth/ ? 8 : 1
		answer(i, misses(w, step, rounds, sets, ways))
	}
}

# ----------------------------------------------------- reference strings ----

function next_use(i,	j) {
	for (j = i + 1; j <= nrefs; j++)
		if (ref[j] == ref[i])
			return j
	return nrefs + 1
}
function replace(	i, f, p, frames, n, victim, lost, policy, k, last) {
	nrefs = split(op[1], ref, " ")
	frames = number_after("A process has")
	policy = text ~ /Policy: first/ ? "fifo" : \
	    text ~ /Policy: least/ ? "lru" : \
	    text ~ /Policy: clock/ ? "clock" : "opt"
	split("", at); split("", came); split("", used); split("", bit)
	n = hand = 0
	for (i = 1; i <= nrefs; i++) {
		p = ref[i]
		for (f = 0; f < n && at[f] != p; f++)
			;
		if (f < n) {
			used[f] = i
			bit[f] = 1
			answer(i, "hit")
			continue
		}
		lost++
		if (n < frames) {
			f = n++
			answer(i, "miss")
		} else {
			f = 0
			if (policy == "clock") {
				while (bit[hand]) {
					bit[hand] = 0
					hand = (hand + 1) % frames
				}
				f = hand
				hand = (hand + 1) % frames
			} else for (k = 1; k < frames; k++) {
				if (policy == "fifo" && came[k] < came[f])
					f = k
				if (policy == "lru" && used[k] < used[f])
					f = k
				if (policy == "opt" && \
				    next_use(used[k]) > next_use(used[f]))
					f = k
			}
			answer(i, policy == "opt" ? "miss" : "miss " at[f])
		}
		at[f] = p
		came[f] = used[f] = i
		bit[f] = 1
	}
	answer(nitems, lost)
}
function distance_of(i,	j, n) {
	split("", met)
	for (j = i - 1; j > 0 && ref[j] != ref[i]; j--)
		if (!(ref[j] in met)) {
			met[ref[j]] = 1
			n++
		}
	return j > 0 ? n + 1 : "first"
}
function distance(	i, j, n, f) {
	nrefs = split(op[1], ref, " ")
	for (i = 1; i <= nitems; i++)
		if (match(prompt[i], /reference [0-9]+/))
			answer(i, distance_of(substr(prompt[i], RSTART + 10, \
			    RLENGTH - 10) + 0))
		else {
			match(prompt[i], /with [0-9]+/)
			f = substr(prompt[i], RSTART + 5, RLENGTH - 5) + 0
			n = 0
			for (j = 1; j <= nrefs; j++)
				n += distance_of(j) == "first" || \
				    distance_of(j) > f
			answer(i, n)
		}
}
# The set of the pages of references lo to hi; set_size is their number.
function set_of(lo, hi,	p, j, s) {
	set_size = 0
	for (p = 0; p < 30; p++)
		for (j = lo > 1 ? lo : 1; j <= hi; j++)
			if (ref[j] == p) {
				s = s (set_size++ > 0 ? " " : "") p
				break
			}
	return s
}
function wset(	i, j, tau, w, most, n) {
	nrefs = split(op[1], ref, " ")
	match(text, /W\(t, [0-9]+/)
	tau = substr(text, RSTART + 5, RLENGTH - 5) + 0
	for (j = 1; j <= nrefs; j++) {
		n += index(" " set_of(j - tau, j - 1) " ", " " ref[j] " ") == 0
		set_of(j - tau + 1, j)
		if (set_size > most)
			most = set_size
	}
	for (i = 1; i <= nitems; i++)
		if (match(prompt[i], /W\([0-9]+/)) {
			j = substr(prompt[i], RSTART + 2, RLENGTH - 2) + 0
			answer(i, set_of(j - tau + 1, j))
		} else
			answer(i, prompt[i] ~ /largest/ ? most : n)
}

# ----------------------------------------------------- paging and wiring ----

function paging(	i, j, w, frames, lru, p, k, old, gone, written, back,
    n) {
	frames = number_after("at p and")
	lru = text ~ /least recently/
	split("", when); split("", dirty); split("", slot)
	for (i = 1; i <= nops; i++) {
		split(op[i], w, " ")
		for (j = 0; j < size(w[4]) / 4096; j++) {
			p = page_of(w[3]) + j
			if (!(p in when)) {
				n = 0
				old = ""
				for (k in when) {
					n++
					if (old == "" || when[k] < when[old])
						old = k
				}
				if (n == frames) {
					gone++
					written += dirty[old] || !(old in slot)
					slot[old] = 1
					dirty[old] = 0
					delete when[old]
				}
				back += p in slot
				when[p] = ++clock
			} else if (lru)
				when[p] = ++clock
			if (w[2] == "write")
				dirty[p] = 1
		}
	}
	answer(1, gone + 0)
	answer(2, written + 0)
	answer(3, back + 0)
	match(prompt[4], /page [0-9]+/)
	p = substr(prompt[4], RSTART + 5, RLENGTH - 5) + 0
	answer(4, p in when ? "yes" : "no")
}
function wiring(	i, j, w, limit, from, n, locked, page, bad) {
	limit = number_after("may lock at most") / 4
	split("", page)
	for (i = 1; i <= nitems - 2; i++) {
		split(prompt[i], w, " ")
		from = page_of(w[3])
		n = size(w[4]) / 4096
		locked = 0
		for (j = 0; j < 12; j++)
			locked += page[j]
		bad = from + n > 12 || (w[2] == "mlock" && locked + n > limit)
		answer(i, bad ? "ENOMEM" : "ok")
		for (j = from; !bad && j < from + n; j++)
			page[j] = w[2] == "mlock"
	}
	for (j = locked = 0; j < 12; j++)
		locked += page[j]
	answer(nitems - 1, locked)
	answer(nitems, 0)
}

# ---------------------------------------------------------------- amaps ----

# Entries: 1 in front of the read-only part, 2 it, 3 behind.  Is the page in 1?
function amaps(	i, w, touched, shared, cut, other, first) {
	for (i = 1; i <= nops; i++) {
		split(op[i], w, " ")
		if (w[2] == "mprotect")
			cut = page_of(w[3])
		touched = touched || (w[2] == "write" && cut == "")
		shared = shared || w[2] == "minherit"
	}
	match(prompt[5], / at p(\+[0-9]+K)?\?/)
	other = page_of(substr(prompt[5], RSTART + 4, RLENGTH - 5))
	first = other < cut
	answer(1, 3)
	answer(2, touched ? 3 : 1)
	answer(3, touched ? 6 : 2)
	answer(4, 1)
	answer(5, shared || !first ? 1 : 2)
	answer(6, shared ? "yes" : "no")
}

# --------------------------------------------------- a map that is shown ----

# => the number of the entry that holds va, or 0
function entry_at(va,	i) {
	for (i = 1; i <= nentries; i++)
		if (start[i] <= va && va < stop[i])
			return i
	return 0
}
function maps(	i, w, part, e, va, need, writable, resident) {
	nentries = 0
	for (i = 1; i <= nops; i++) {
		if (op[i] !~ /^[0-9a-f]+-[0-9a-f]+ /)
			continue
		split(op[i], w, " ")
		split(w[1], part, "-")
		start[++nentries] = hex(part[1])
		stop[nentries] = hex(part[2])
		right[nentries] = substr(w[3], 1, 3)
		if (right[nentries] ~ /w/)
			writable += (stop[nentries] - start[nentries]) / 1024
		resident += w[6]
	}
	answer(1, writable + 0 "K")
	answer(2, resident + 0)
	for (i = 3; i <= nitems; i++) {
		match(prompt[i], /0x[0-9a-f]+/)
		va = hex(substr(prompt[i], RSTART, RLENGTH))
		e = entry_at(va)
		if (i == 3) {
			answer(i, sprintf("0x%x", start[e]))
			continue
		}
		need = prompt[i] ~ /A write/ ? "w" : "r"
		answer(i, !e ? "maperr" : \
		    index(right[e], need) ? "ok" : "accerr")
	}
}
