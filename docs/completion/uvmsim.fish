# fish completion for uvmsim(1).
#
# Commands, options, and what may be given to them are asked of the command
# itself, so that this file has no list of them to keep.  A line is a word, a
# tab and what it is.

function __uvmsim_commands
	uvmsim help 2>/dev/null | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 }
	    on { name = $1; sub(/^ *[^ ]+ +/, ""); print name "\t" $0 }'
end

function __uvmsim_options
	uvmsim $argv[1] --help 2>/dev/null | awk '/^Options:/ { on = 1; next }
	    on && match($0, /--[a-z-]+/) {
		name = substr($0, RSTART, RLENGTH)
		sub(/^ *(-., )? *--[a-z-]+( [^ ]+)? */, "")
		print name "\t" $0
	    }'
end

function __uvmsim_list
	uvmsim $argv --list 2>/dev/null | awk '/^[a-z0-9]/ { name = $1
	    sub(/^[^ ]+ +/, ""); print name "\t" $0 }'
end

function __uvmsim_keys
	uvmsim run -m '?=' - 2>&1 </dev/null |
	    sed -n 's/.* known: \(.*\) (see .*/\1/p' | tr ' ' '\n'
end

function __uvmsim_values
	uvmsim run -m "$argv[1]=?" - 2>&1 </dev/null | sed -nE \
	    's/.*: expected ([a-z ]*: )?(([-a-z0-9]+, )*[-a-z0-9]+ or [-a-z0-9]+) \(see .*/\2/p' |
	    sed 's/,//g; s/ or / /' | tr ' ' '\n'
end

# What may follow an option of a command.
function __uvmsim_argument
	switch "$argv[1]:$argv[2]"
	case 'mrc:--policy'
		printf '%s\n' lru opt
	case '*:--policy' '*:-p'
		__uvmsim_list count
	case '*:--from' '*:--to'
		__uvmsim_list convert
	case 'report:--svg'
		printf '%s\n' map pagetable frames heat faults rss wset mrc
	case 'lesson:--exercise'
		uvmsim lesson --kinds 2>/dev/null | awk '{ print $1 }'
	case 'lesson:--sheet'
		uvmsim lesson -q 2>/dev/null | awk '{ print $1 }'
	end
end

# What the operand of a command may be.
function __uvmsim_operand
	switch "$argv[1]"
	case generate bench
		__uvmsim_list $argv[1]
	case lesson
		__uvmsim_argument lesson --sheet
	end
end

# KEY=VALUE,...: what stands before the last comma is part of each word.
function __uvmsim_pairs
	set -l pair (string replace -r '^.*,' '' -- $argv[1])
	set -l before (string replace -r '[^,]*$' '' -- $argv[1])
	if string match -q '*=*' -- $pair
		set -l key (string replace -r '=.*' '' -- $pair)
		printf "$before$key=%s\n" (__uvmsim_values $key)
	else
		printf "$before%s=\n" (__uvmsim_keys)
	end
end

function __uvmsim_complete
	set -l words (commandline -opc)
	set -l cur (commandline -ct)
	set -l prev $words[-1]
	set -l sub $words[2]

	if test (count $words) -eq 1; or test "$prev" = help
		__uvmsim_commands
		return
	end
	if string match -qr '^--(machine|set)=' -- $cur
		set -l option (string replace -r '=.*' '=' -- $cur)
		__uvmsim_pairs (string replace -r '^[^=]*=' '' -- $cur) |
		    string replace -r '^' -- $option
		return
	end
	switch "$prev"
	case -m --machine --set
		__uvmsim_pairs $cur
		return
	end
	if string match -q -- '-*' $cur
		__uvmsim_options $sub
		return
	end
	set -l found (__uvmsim_argument $sub $prev)
	if test (count $found) -eq 0; and not string match -q -- '-*' $prev
		set found (__uvmsim_operand $sub)
	end
	if test (count $found) -gt 0
		printf '%s\n' $found
	else
		__fish_complete_path $cur
	end
end

complete -c uvmsim -f -a '(__uvmsim_complete)'
