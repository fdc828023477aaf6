#!/bin/bash
# group: abuse
# A thousand connections that send or read as slowly as they can: everybody
# else is served all the while.
set -u
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
export CODEX_BUILD=${CODEX_BUILD_PLAIN:-$top/build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/codex-slow-XXXXXX") || exit 1
run=
failed=0

finish() {
	[ -z "$run" ] || kill "$run" 2>/dev/null
	[ -z "$run" ] || wait "$run"
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

# start: the system with its limits; sets `url`.
start() {
	ulimit -Sn "$(ulimit -Hn)"
	CODEX_LIMITS=on "$top/scripts/run" --port 0 --data "$scratch/data" \
	    >"$scratch/log" 2>&1 &
	run=$!
	for _ in {1..600}; do
		url=$(sed -n 's/^Codex Miroir läuft auf //p' "$scratch/log")
		[ -z "$url" ] || return 0
		sleep 0.1
	done
	cat "$scratch/log"
	return 1
}

# ask ADDRESS PATH: an ordinary request from that address.
ask() {
	curl -fs --noproxy '*' --interface "$1" -o /dev/null \
	    --max-time $((2 * ${TEST_SLOW:-3})) "$url$2" || {
		echo "$1 got no $2"
		return 1
	}
}

# While the process lives, all weeks are there, and for who comes from
# elsewhere everything is.
others_are_served() {
	local n=0

	while kill -0 "$1" 2>/dev/null; do
		ask 127.0.0.1 /codex && ask 127.0.0.9 /api/tasks || return 1
		n=$((n + 1))
		sleep 0.2
	done
	echo "$n times"
	[ "$n" -gt 5 ]
}

# held: how many connections nginx holds.
held() {
	awk -v port="$(printf ':%04X' "${url##*:}")" \
	    'substr($2, 9) == port && $4 == "01"' /proc/net/tcp | wc -l
}

# slow SENTENCE OPTION...: with a thousand connections of slowhttptest's.
slow() {
	local sentence=$1 attack

	shift
	slowhttptest -c 1000 -r 500 -l $((2 * ${TEST_SLOW:-3})) -i 2 -p 2 "$@" \
	    >"$scratch/attack" 2>&1 </dev/null &
	attack=$!
	# Of one address nginx holds a hundred, once their headers are there.
	while kill -0 "$attack" 2>/dev/null && [ "$(held)" -lt 90 ]; do
		sleep 0.1
	done
	if others_are_served "$attack" >"$scratch/out"; then
		echo "ok - $sentence"
	else
		echo "not ok - $sentence"
		sed 's/^/# /' "$scratch/out" "$scratch/attack"
		failed=1
	fi
	wait "$attack"
}

start || exit 1
slow "slow headers hold nobody up" -H -u "$url/codex"
slow "slow bodies hold nobody up" -B -u "$url/api/tasks" -s 60000 \
    -f application/json
slow "slow readers hold nobody up" -X -u "$url/codex" -w 1 -y 2 -n 5 -z 1 -k 3

[ "$failed" -eq 0 ]
