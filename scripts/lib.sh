# lib.sh: what the scripts share.  Source it; it needs `set -eu` and bash.
# shellcheck shell=bash

# Programs of Debian that an ordinary user's PATH lacks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# lib_say TEXT: to the person in front of the terminal.
lib_say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# lib_die TEXT: the same, and the end.
lib_die() {
	lib_say "$@"
	exit 1
}

# lib_usage: the comment at the head of the script, without its marks.
lib_usage() {
	sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$0"
}

# lib_now_ms: milliseconds since 1970.
lib_now_ms() {
	date +%s%3N
}

# lib_programs: the rows of scripts/programs.
lib_programs() {
	local row

	while read -r row; do
		[[ -z $row || $row == \#* ]] || printf '%s\n' "$row"
	done <"${BASH_SOURCE[0]%/*}/programs"
}
