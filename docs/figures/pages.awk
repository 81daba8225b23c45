# From a trace of lackey, what a process touches that can fault: "KIND PAGE",
# KIND x (fetch), r (load) or w (store, modify), PAGE in hexadecimal; a page
# appears when it is first used and when it is first written.
$1 !~ /^[ILSM]$/ || $2 !~ /^[0-9a-f]+,[0-9]+$/ { next }
{
	kind = $1 == "I" ? "x" : $1 == "L" ? "r" : "w"
	page = substr($2, 1, index($2, ",") - 4)
	if (page == last[kind])
		next
	last[kind] = page
	if (kind == "w" ? !written[page]++ : !seen[page]++ && !written[page])
		print kind, page
}
