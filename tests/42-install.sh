#!/bin/bash
# group: auth
# What is installed: how the programs are hardened, which secrets they see,
# units, the web server's configuration, manual pages.
# Sentences are checked by functions that are called by name.
# shellcheck disable=SC2317
set -u
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
build=${CODEX_BUILD_PLAIN:-$top/build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/codex-install-XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

# check SENTENCE COMMAND...: the sentence is true if the command succeeds.
check() {
	local sentence=$1

	shift
	if "$@" >"$scratch/out" 2>&1; then
		echo "ok - $sentence"
	else
		echo "not ok - $sentence"
		sed 's/^/# /' "$scratch/out"
		failed=1
	fi
}

# for_all LINES COMMAND...: with each line as its last argument.
for_all() {
	local lines=$1 line bad=0

	shift
	[ -n "$lines" ] || return 1
	while read -r line; do
		"$@" "$line" || {
			echo "failed: $* $line"
			bad=1
		}
	done <<<"$lines"
	return "$bad"
}

programs=$(find "$build" -maxdepth 1 -type f -name 'codex-*' -perm -u+x)

# --- hardening ------------------------------------------------------------

moves_as_a_whole() {
	readelf -hW "$1" | grep -q 'Type: *DYN' &&
	    readelf -dW "$1" | grep -q 'FLAGS_1.*PIE'
}

binds_first() {
	readelf -dW "$1" | grep -q 'FLAGS_1.*NOW' &&
	    readelf -lW "$1" | grep -q GNU_RELRO
}

runs_no_data() {
	readelf -lW "$1" | grep 'GNU_STACK' | grep -qv 'RWE' &&
	    ! readelf -lW "$1" | grep -q 'LOAD.*RWE'
}

guards_the_stack() {
	readelf -sW "$1" | grep -q __stack_chk_fail
}

checks_lengths() {
	readelf -sW "$1" | grep -q '_chk@'
}

# The flags that leave no mark in a program are read off the rules.
all_flags_are_used() {
	grep '^HARDEN_CFLAGS' "$build/Makefile" >"$scratch/flags"
	cat "$scratch/flags"
	grep -q -- '-fstack-protector-strong' "$scratch/flags" &&
	    grep -q -- '-fstack-clash-protection' "$scratch/flags" &&
	    grep -q -- '-D_FORTIFY_SOURCE=3' "$scratch/flags" || return 1
	[ "$(uname -m)" != x86_64 ] ||
	    readelf -nW "$build/libcodex.a" | grep -q 'IBT, SHSTK'
}

# As a user of its own, since root may look at everything.
hides_its_memory() {
	local as=() owner=unknown pid

	if [ "$(id -u)" -eq 0 ]; then
		as=(setpriv "--reuid=65534" "--regid=65534" --clear-groups)
	fi
	mkdir -p "$scratch/dump/data" "$scratch/dump/run"
	cp "$build/codex-tasks" "$scratch/dump/"
	chmod 0755 "$scratch"
	chmod -R 0777 "$scratch/dump"
	mkfifo "$scratch/fifo"
	env "CODEX_STORE=fs:$scratch/dump/data" "CODEX_RUN=$scratch/dump/run" \
	    CODEX_AUTH=local:usera CODEX_BASE_URL=http://127.0.0.1 \
	    REQUEST_METHOD=GET REQUEST_URI=/healthz \
	    "${as[@]}" "$scratch/dump/codex-tasks" -1 <"$scratch/fifo" &
	pid=$!
	exec 3>"$scratch/fifo"
	for _ in {1..200}; do
		if [ "$(cat "/proc/$pid/comm")" = codex-tasks ]; then
			owner=$(stat -c %u "/proc/$pid/environ")
			[ "$owner" -ne 0 ] || break
		fi
		sleep 0.05
	done
	exec 3>&-
	wait "$pid" || return 1
	echo "owner of its environment: $owner"
	[ "$owner" = 0 ]
}

check "there are programs to look at" test -n "$programs"
check "a program has no fixed address" for_all "$programs" moves_as_a_whole
check "a program's tables of addresses are read-only" \
    for_all "$programs" binds_first
check "no data of a program can be run" for_all "$programs" runs_no_data
check "a program guards its stack" for_all "$programs" guards_the_stack
check "a program checks what it copies" for_all "$programs" checks_lengths
check "what leaves no mark in a program was asked for" all_flags_are_used
check "a program leaves no core dump and hides its memory" hides_its_memory

[ "$failed" -eq 0 ]
