# What procmap must print, worked out from what the simulator itself shows of a
# live map: `show ddb' on standard input, -v style=m|l|s|a, W=digits.
#
# Columns only: lines end where device, inode or name would begin, which `show
# ddb' does not know.  The totals of -s and -a come last.

# The last 48 bits, which is all that awk counts exactly; the rest of a range's
# two ends is the same.
function hex(s,		n, i) {
	sub(/^0x/, "", s)
	if (length(s) > 12)
		s = substr(s, length(s) - 11)
	n = 0
	for (i = 1; i <= length(s); i++)
		n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return n
}
function pad(s) {
	sub(/^0x/, "", s)
	while (length(s) < W)
		s = "0" s
	return s
}
function minus1(s,	i, c, out) {		# of a padded number
	for (i = W; i > 0; i--) {
		c = index("0123456789abcdef", substr(s, i, 1)) - 1
		if (c > 0)
			return substr(s, 1, i - 1) \
			    substr("0123456789abcdef", c, 1) out
		out = "f" out
	}
}
function rwx(n) {
	return (n % 2 ? "r" : "-") (int(n / 2) % 2 ? "w" : "-") \
	    (n >= 4 ? "x" : "-")
}
function words(n,	s) {
	s = (n % 2 ? "/read" : "") (int(n / 2) % 2 ? "/write" : "") \
	    (n >= 4 ? "/exec" : "")
	return substr(s, 2)
}

/^MAP/ || /^\t(#|pmap)/ { next }
/^ - / {
	split($3, range, /->|:/)
	split($4, obj, /[=\/,]/)
	next
}
/^\tsubmap/ {
	cow = /cow=T/
	nc = /nc=T/
	split($4, prot, /[=\/,]/)		# prot(max)=P/M,
	split($5, inh, /[=,]/)
	split($6, wc, /[=,]/)
	split($7, adv, /[=,]/)
	start = pad(range[1]); end = pad(range[2])
	k = int((hex(range[2]) - hex(range[1])) / 1024)
	if (prot[2] > 0)
		total += k
	if (style == "m")
		printf "%s %s %s %s %s %s %d %d %d\n", range[1], range[2],
		    rwx(prot[2]), rwx(prot[3]), cow ? "COW" : "NCOW",
		    nc ? "NC" : "NNC", inh[2], wc[2], adv[2]
	if (style == "l")
		printf "%s-%s %s%s %s\n", start, end, rwx(prot[2]),
		    cow ? "p" : "s", pad(obj[3])
	if (style == "s")
		printf "%s %6dK %-15s\n", toupper(start), k, words(prot[2])
	if (style == "a")
		printf "%s-%s %7dk %s %s%s%s (%s) %d/%d/%d\n", start,
		    minus1(end), k, pad(obj[3]), rwx(prot[2]),
		    cow ? "p" : "s", nc ? "+" : "-", rwx(prot[3]), inh[2],
		    wc[2], adv[2]
}
END {
	if (style == "s")
		printf "%-" (W - 2) "s %8dK\n", " total", total
	if (style == "a")
		printf "%-" (2 * W - 1) "s %9dk\n", " total", total
}
