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
said=$scratch/out
. "$top/tests/check.sh"
started=()
trap 'finish' EXIT
trap 'exit 1' HUP INT TERM
port=$((20000 + RANDOM % 10000))
. "$top/scripts/lib.sh"

finish() {
	local pid

	for pid in ${started[@]+"${started[@]}"}; do
		kill "$pid"
		wait "$pid"
	done 2>/dev/null
	rm -rf "$scratch"
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

# --- installation ---------------------------------------------------------

root=$scratch/root
units=$root/usr/local/lib/systemd/system
share=$root/usr/local/share/codex-miroir
host=codex.example.org

installs() {
	make -s -C "$build" install "DESTDIR=$root" "prefix=/usr/local" &&
	    [ -x "$root/usr/local/libexec/codex-render" ] &&
	    [ -f "$share/html/index.html" ] &&
	    bash -c '. "$0" && complete -p codex' \
		"$root/usr/local/share/bash-completion/completions/codex"
}

# version_of FILE: the folder of the page's files that it names.
version_of() {
	grep -o '/v/[0-9a-f]*/app\.js' "$1" | head -n 1 | sed 's|/app\.js||'
}

# Whatever the umask; a list of files somewhere would miss one.
the_description_is_served() {
	browse /api/openapi.yaml >"$scratch/answer"
	sed -n '1,/^.$/p' "$scratch/answer"
	grep -qi '^content-type: application/yaml.$' "$scratch/answer" &&
	    grep -qi '^etag: ' "$scratch/answer" &&
	    cmp "$top/docs/openapi.yaml" "$share/html/api/openapi.yaml" &&
	    browse /api/ -H 'Accept-Language: en' >"$scratch/answer" &&
	    grep -q '<h1.*The API of' "$scratch/answer"
}

all_of_the_page_is_installed() {
	local version files

	files='api.css app.js de.js en.js icon.svg print.css storage.js style.css words.js'
	version=$(version_of "$share/html/index.html")
	[ -n "$version" ] &&
	    [ "$(cd "$share/html$version" && echo *)" = "$files" ] &&
	    cmp "$top/nginx/html/style.css" "$share/html/style.css" &&
	    ! find "$share/html" ! -perm -o=r | grep . &&
	    (
		umask 077
		installs
	    ) && ! find "$share/html" ! -perm -o=r | grep .
}

no_placeholder_is_left() {
	! grep -rE '@[A-Z]+@' "$share/nginx" "$units" "$root/usr/local/share/man"
}

# --- units ----------------------------------------------------------------

is_a_tight_box() {
	systemd-analyze security --offline=true --threshold=10 --no-pager \
	    "$1" | tail -1
	[ "${PIPESTATUS[0]}" -eq 0 ]
}

# Every unit that another one names is there, and systemd knows every word.
units_are_well_formed() {
	mkdir -p "$root/etc" "$root/usr/lib/systemd"
	cp -r /usr/lib/systemd/system "$root/usr/lib/systemd/"
	cp "$units"/* "$root/usr/lib/systemd/system/"
	install -D /bin/sh "$root/bin/sh"
	# shellcheck disable=SC2046
	systemd-analyze --root="$root" --man=no verify codex-miroir.target \
	    codex-miroir-work.service codex-backup.timer codex-doctor.timer \
	    codex-backup.service codex-doctor.service \
	    codex-closed@tasks-1.service $(lib_programs | awk '$1 != "work" {
		print "codex-miroir-" $1 "@1.service"
		print "codex-miroir-" $1 ".socket" }') >"$scratch/verify" 2>&1
	! grep -i codex "$scratch/verify"
}

# The unit's own lines, with a program that leaves an empty backup.
a_killed_backup_leaves_no_part_for_ever() {
	local to=$scratch/backups

	mkdir -p "$to"
	touch "$to/codex-now.tar.gz.part"
	touch -d '2 days ago' "$to/codex-old.tar.gz.part" "$to/codex-old.tar.gz"
	sed -n "/^ExecStart=/,/'$/p" "$units/codex-backup.service" |
	    sed -e '1d' -e "\$s/'$//" -e 's/\\\\$//' -e 's/%%/%/g' \
		-e 's/[^ \t]*codex backup/touch/' >"$scratch/backup"
	cat "$scratch/backup"
	TO=$to KEEP=14 sh -e "$scratch/backup" || return 1
	ls "$to"
	[ "$(find "$to" -name '*.part')" = "$to/codex-now.tar.gz.part" ] &&
	    [ "$(find "$to" -name '*.gz' | wc -l)" -eq 2 ]
}

# has_network UNIT: as systemd reads it, with what lies in $root/etc.
has_network() {
	systemd-analyze --root="$root" security --offline=true --no-pager \
	    --threshold=10 "$1" >"$scratch/exposure" || return 2
	grep -q 'PrivateNetwork= .* has access' "$scratch/exposure" &&
	    grep -q 'AF_(INET|INET6) .* may allocate' "$scratch/exposure"
}

instances() {
	lib_programs | awk '{ print "codex-miroir-" $1 \
	    ($1 == "work" ? ".service" : "@1.service") }'
}

only_what_speaks_with_github_has_a_network() {
	local unit with=

	for unit in $(instances); do
		! has_network "$unit" || with+="$unit "
	done
	echo "$with"
	[ "$with" = "codex-miroir-work.service codex-miroir-auth@1.service " ]
}

builds_alone_give_way() {
	[ "$(grep -l '^Nice=10$' "$units"/*.service)" = \
	    "$units/codex-miroir-build@.service" ]
}

# A program is content with the priority that its unit has: it may not set one.
a_nice_build_stays_as_it_is() {
	env -i "CODEX_STORE=fs:$scratch/store" "CODEX_RUN=$scratch/run" \
	    CODEX_BASE_URL=http://127.0.0.1 CODEX_AUTH=local:usera nice -n 10 \
	    strace -qq -e trace=setpriority -e inject=setpriority:error=EPERM \
	    "$build/codex-render" --build -t -q 2>"$scratch/trace"
	! grep . "$scratch/trace"
}

# docs/server.md: what Azure needs.
a_drop_in_gives_all_the_network() {
	local folder=$root/etc/systemd/system/codex-miroir-.service.d

	mkdir -p "$folder"
	ln -s "$share/network.conf" "$folder/"
	for_all "$(instances)" has_network
}

each_program_has_a_unit() {
	local name bad=0

	while read -r name _; do
		[ -f "$units/codex-miroir-$name.service" ] ||
		    [ -f "$units/codex-miroir-$name@.service" ] || bad=1
		grep -q "codex-miroir-${name}[.@]" "$units/codex-miroir.target" ||
		    bad=1
	done < <(lib_programs)
	return "$bad"
}

# A secret is loaded by the unit of its own program and by no other.
secrets_are_loaded_by_their_own() {
	local name secrets loaded bad=0

	while read -r name _ secrets _; do
		loaded=$(sed -n 's/^LoadCredential=\([A-Z_]*\):.*/\1/p' \
		    "$units/codex-miroir-$name"[.@]*service | grep -vxE \
		    'AZURE_BLOB_CONN|CODEX_HTTP_PROXY|CODEX_PROOF|REDIS_URL|AZURE_REDIS_CONNECTION_STRING' | paste -sd,)
		[ "${loaded:--}" = "$secrets" ] || {
			echo "$name loads ${loaded:-nothing}"
			bad=1
		}
	done < <(lib_programs)
	return "$bad"
}

# All but the worker, which has no socket.
who_has_a_socket_knows_nginx() {
	local name has bad=0

	while read -r name _; do
		has=$(grep -c '^LoadCredential=CODEX_PROOF:codex-miroir.CODEX_PROOF$' \
		    "$units/codex-miroir-$name"[.@]*service)
		[ "$has" -eq "$([ "$name" = work ] && echo 0 || echo 1)" ] || {
			echo "$name: $has"
			bad=1
		}
	done < <(lib_programs)
	return "$bad"
}

makes_proof() {
	"$root/usr/local/libexec/codex-secrets" "$@" "$root" &&
	    stat -c '%a %u' "$root/etc/credstore/codex-miroir.CODEX_PROOF" \
		"$root/etc/nginx/snippets/codex-miroir-proof.conf" \
		>"$scratch/modes" &&
	    [ "$(sort -u "$scratch/modes")" = "600 $(id -u)" ] &&
	    [ "$(stat -c %a "$root/etc/nginx/snippets")" = 755 ] &&
	    proof=$(<"$root/etc/credstore/codex-miroir.CODEX_PROOF") &&
	    [[ $proof =~ ^[0-9a-f]{64}$ ]] &&
	    grep -qx "fastcgi_param CODEX_PROOF \"$proof\";" \
		"$root/etc/nginx/snippets/codex-miroir-proof.conf"
}

# Another one would end all sessions.
the_secret_of_the_keys_is_made_once() {
	local file=$root/etc/credstore/codex-miroir.CODEX_KEY_SECRET first

	makes_proof && first=$(<"$file") && [[ $first =~ ^[0-9a-f]{64}$ ]] &&
	    [ "$(stat -c '%a %u' "$file")" = "600 $(id -u)" ] &&
	    makes_proof --new && [ "$first" != "$proof" ] &&
	    [ "$(<"$file")" = "$first" ]
}

# Whatever the list says.
who_knows_no_users_gets_no_keys() {
	! grep -l CODEX_KEY_SECRET "$units/codex-miroir-webhook@.service" \
	    "$units/codex-miroir-work.service" &&
	    grep -q '^LoadCredential=CODEX_KEY_SECRET:' \
		"$units/codex-miroir-tasks@.service"
}

a_proof_is_made_once() {
	local first

	makes_proof && first=$proof || return 1
	# What only one of the two has comes back.
	rm "$root/etc/nginx/snippets/codex-miroir-proof.conf"
	makes_proof && [ "$proof" = "$first" ] || return 1
	makes_proof --new && [ "$proof" != "$first" ]
}

# Of what serves: without the one that checks the settings, and those of timers.
program_units() {
	find "$units" -name 'codex-miroir-*.service' ! -name '*-check.service'
}

# A program that cannot start is given up, and nothing starts it without a
# pause: neither systemd nor, by its own wait, any other supervisor.
units_do_not_spin() {
	local unit bad=0

	for unit in $(program_units); do
		grep -q '^StartLimitBurst=[1-9]' "$unit" &&
		    grep -q '^StartLimitIntervalSec=[1-9]' "$unit" &&
		    grep -q '^RestartSec=200ms' "$unit" &&
		    grep -q '^Type=notify$' "$unit" &&
		    grep -q '^RestartPreventExitStatus=78$' "$unit" || bad=1
	done
	for unit in "$units"/codex-miroir-*@.service; do
		grep -q '^OnFailure=codex-closed@[a-z]*-%i\.service$' "$unit" ||
		    bad=1
	done
	# A socket that systemd limits takes its program down with it.
	for unit in "$units"/codex-miroir-*.socket; do
		grep -q '^StartLimitIntervalSec=0$' "$unit" &&
		    grep -q '^TriggerLimitIntervalSec=0$' "$unit" || bad=1
	done
	return "$bad"
}

# ms COMMAND...: how long it takes.
ms() {
	local began

	began=$(date +%s%3N)
	"$@" </dev/null >"$scratch/out" 2>&1
	echo $(($(date +%s%3N) - began))
}

a_failed_start_takes_a_second() {
	[ "$(ms env -i "$build/codex-tasks")" -ge 1000 ] &&
	    [ "$(ms env -i "$build/codex-sync" --work)" -ge 1000 ] &&
	    [ "$(ms env -i "$build/codex-tasks" -t)" -lt 1000 ]
}

# work_takes NAME VALUE: whether -t of the worker takes that setting.
work_takes() {
	env -i "CODEX_STORE=fs:$scratch/store" "CODEX_RUN=$scratch/run" \
	    CODEX_BASE_URL=http://127.0.0.1 GITHUB_TOKEN=t GITHUB_OWNER=o \
	    GITHUB_REPO=r "$1=$2" "$build/codex-sync" --work -t -q
}

what_the_worker_cannot_use_is_refused() {
	work_takes GITHUB_OWNER my-org &&
	    ! work_takes GITHUB_OWNER https://github.com/o &&
	    ! work_takes GITHUB_REPO o/r && ! work_takes GITHUB_TOKEN 'a b' &&
	    ! work_takes GITHUB_BRANCH 'main^' &&
	    ! work_takes GITHUB_API_URL ftp://api.github.com
}

# What an own folder of systemd's would not do: it goes with the first stop.
the_run_folder_stays() {
	! grep -l '^RuntimeDirectory=' "$units"/* &&
	    grep -qx 'd /run/codex-miroir 0711 codex-miroir codex-miroir -' \
		"$root/usr/local/lib/tmpfiles.d/codex-miroir.conf" || return 1
	# Only root can make it somebody else's.
	[ "$(id -u)" -eq 0 ] || return 0
	systemd-sysusers --root="$root" \
	    "$root/usr/local/lib/sysusers.d/codex-miroir.conf" &&
	    systemd-tmpfiles --root="$root" --create \
		"$root/usr/local/lib/tmpfiles.d/codex-miroir.conf"
	[ "$(stat -c %a "$root/run/codex-miroir")" = 711 ]
}

# `codex restore` writes there before a unit has ever started.
the_state_folder_is_there_before_the_first_start() {
	grep -qx 'd /var/lib/codex-miroir 0700 codex-miroir codex-miroir -' \
	    "$root/usr/local/lib/tmpfiles.d/codex-miroir.conf" || return 1
	[ "$(sed -n 's/^StateDirectoryMode=//p' "$units"/codex-miroir-*.service |
	    sort -u)" = 0700 ] || return 1
	# Only root can make it somebody else's; the_run_folder_stays has.
	[ "$(id -u)" -ne 0 ] ||
	    [ "$(stat -c %a "$root/var/lib/codex-miroir")" = 700 ]
}

# start_unit NAME [AUTH]: its ExecStart as systemd would call it, on its
# socket; in local mode as AUTH says and with the proof of nginx, else as if
# codex-secrets had not been called.
start_unit() {
	local unit=$units/codex-miroir-$1@.service auth=${2-} command

	command=$(sed -n 's/^ExecStart=//p' "$unit")
	mkdir -p "$scratch/run" "$scratch/credentials/$1"
	[ -z "$auth" ] || cp "$root/etc/credstore/codex-miroir.CODEX_PROOF" \
	    "$scratch/credentials/$1/CODEX_PROOF"
	# shellcheck disable=SC2086
	env -i PATH="$PATH" systemd-socket-activate --inetd \
	    -l "$scratch/run/$1.sock" -E "CODEX_RUN=$scratch/run" \
	    -E "CODEX_STORE=fs:$scratch/store" \
	    -E "CODEX_AUTH=$auth" \
	    -E CODEX_BASE_URL=http://127.0.0.1 \
	    -E "CREDENTIALS_DIRECTORY=$scratch/credentials/$1" \
	    "$root"$command 2>>"$scratch/units.log" &
	started+=("$!")
}

awaits_socket() {
	for _ in {1..200}; do
		[ ! -S "$scratch/run/$1.sock" ] || break
		sleep 0.05
	done
}

ask_unit() {
	env -i REQUEST_METHOD=GET REQUEST_URI=/healthz DOCUMENT_URI=/healthz \
	    SERVER_PROTOCOL=HTTP/1.1 CODEX_PROOF="$proof" timeout 20 cgi-fcgi -bind \
	    -connect "$scratch/run/$1.sock" | grep -F '{"ok":true}'
}

units_answer() {
	local name bad=0

	started=()
	for name in render build tasks create update complete; do
		start_unit "$name" local:usera
	done
	for name in render build tasks create update complete; do
		awaits_socket "$name"
		ask_unit "$name" || bad=1
	done
	[ "$bad" -eq 0 ] || cat "$scratch/units.log"
	return "$bad"
}

# Those that units_answer has started: they have no filter of systemd's.
what_serves_is_confined() {
	local pid

	for pid in "${started[@]}"; do
		grep -x 'Seccomp:[[:blank:]]*2' "/proc/$pid/status" || return 1
	done
	! grep 'no filter' "$scratch/units.log" || return 1
	# systemd's own filter must let them.
	# shellcheck disable=SC2046
	! grep -L '^SystemCallFilter=@system-service seccomp$' \
	    $(program_units) | grep .
}

# A program that nobody could know refuses its socket.
without_proof_it_does_not_start() {
	local status=0

	start_unit complete
	awaits_socket complete
	env -i timeout 20 cgi-fcgi -bind -connect "$scratch/run/complete.sock" \
	    >"$scratch/answer"
	wait "${started[-1]}" || status=$?
	unset 'started[-1]'
	rm -f "$scratch/run/complete.sock"
	tail -n 2 "$scratch/units.log"
	[ "$status" -eq 78 ] && tail -n 1 "$scratch/units.log" |
	    grep -q CODEX_PROOF
}

# --- the web server -------------------------------------------------------

# Debian's own nginx.conf and the installed site, below our folder.  An
# ordinary user has no low ports.
make_site() {
	local etc=$scratch/etc/nginx

	mkdir -p "$etc/sites-enabled" "$etc/snippets" "$etc/tls" \
	    "$scratch/log" "$scratch/lib"
	cp /etc/nginx/mime.types "$etc/"
	sed -e "s|/etc/nginx/modules-enabled|$scratch/none|" \
	    -e "s|/etc/nginx|$etc|" -e "s|/run/nginx.pid|$scratch/nginx.pid|" \
	    -e "s|/var/log/nginx|$scratch/log|" -e '/^user /d' \
	    -e "s|^http {|&$(printf " %s_temp_path $scratch/lib/%s;" \
		client_body body fastcgi f proxy p scgi s uwsgi u)|" \
	    /etc/nginx/nginx.conf >"$etc/nginx.conf"
	ln -s "$share/nginx/snippets" "$etc/snippets/codex-miroir"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$host" \
	    -keyout "$etc/tls/privkey.pem" -out "$etc/tls/fullchain.pem"
	"$root/usr/local/libexec/codex-site" "$host" >"$scratch/site" || return 1
	sed -e "s|/etc/letsencrypt/live/$host|$etc/tls|" \
	    -e "s|/var/log/nginx|$scratch/log|" \
	    -e "s|listen \[::\].*||" -e "s|\"/usr/local|\"$root/usr/local|" \
	    -e "s|listen 80 |listen 127.0.0.1:$((port + 1)) |" \
	    -e "s|listen 443 |listen 127.0.0.1:$port |" \
	    "$scratch/site" >"$etc/sites-enabled/codex-miroir"
	cp "$root/etc/nginx/snippets/codex-miroir-proof.conf" "$etc/snippets/"
	sed -i "s|/run/codex-miroir|$scratch/run|" \
	    "$share/nginx/snippets/upstreams.conf"
	head -c 100000 /dev/zero >"$scratch/large"
	nginx -p "$etc" -c "$etc/nginx.conf" -e "$scratch/log/error.log" -t
}

# site_for VERSION [OPTION...]: the file for an nginx that says it has it.
site_for() {
	local version=$1

	shift
	mkdir -p "$scratch/bin"
	printf '#!/bin/sh\necho nginx version: nginx/%s >&2\n' "$version" \
	    >"$scratch/bin/nginx"
	chmod +x "$scratch/bin/nginx"
	PATH=$scratch/bin:$PATH "$root/usr/local/libexec/codex-site" "$@" \
	    tasks.example.net
}

# A newer nginx warns of the old spelling, an older one refuses the new one.
http2_is_spelled_as_nginx_knows_it() {
	site_for 1.22.1 >"$scratch/old" && site_for 1.26.3 >"$scratch/new" &&
	    [ "$(grep -c 'listen .*443 ssl http2' "$scratch/old")" -eq 4 ] &&
	    ! grep -F 'http2 on' "$scratch/old" &&
	    [ "$(grep -c 'listen .*443 ssl\( default_server\)\?;' \
		"$scratch/new")" -eq 4 ] &&
	    [ "$(grep -c '^	http2 on;$' "$scratch/new")" -eq 2 ] &&
	    [ "$(grep -c http2 "$scratch/new")" -eq 2 ] &&
	    ! grep -F codex.example.org "$scratch/old" "$scratch/new"
}

# Without a certificate, and for what asks for 127.0.0.1 alone.
nginx_takes_a_local_site() {
	local etc=$scratch/etc/nginx

	"$root/usr/local/libexec/codex-site" --local $((port + 2)) \
	    >"$scratch/local" || return 1
	sed -e "s|/var/log/nginx|$scratch/log|" \
	    -e "s|\"/usr/local|\"$root/usr/local|" "$scratch/local" \
	    >"$scratch/local.conf"
	sed "s|$etc/sites-enabled/\*|$scratch/local.conf|" "$etc/nginx.conf" \
	    >"$etc/local.conf"
	grep -F "$scratch/local.conf" "$etc/local.conf" &&
	    nginx -p "$etc" -c "$etc/local.conf" -e "$scratch/log/error.log" -t &&
	    [ "$(grep -c "listen 127.0.0.1:$((port + 2))" "$scratch/local")" = \
		"$(grep -c listen "$scratch/local")" ] &&
	    grep -F "root \"$(dirname "$share")" "$scratch/local.conf" &&
	    ! grep -e ssl -e '@' "$scratch/local"
}

# Of such a number nginx would tell only at its next start.
a_local_site_has_a_port() {
	local bad

	for bad in '' 0 65536 99999 8x -1; do
		! "$root/usr/local/libexec/codex-site" --local "$bad" || return 1
	done
	"$root/usr/local/libexec/codex-site" --local 65535 >/dev/null
}

a_command_that_is_none_is_named() {
	local status=0

	"$root/usr/local/bin/codex" frob 2>"$scratch/said-none" || status=$?
	[ "$status" -eq 2 ] && grep -F "no command 'frob'" "$scratch/said-none" &&
	    grep Usage "$scratch/said-none"
}

a_site_beside_another_is_no_default() {
	grep -F default_server "$scratch/old" &&
	    site_for 1.22.1 --beside >"$scratch/beside" &&
	    ! grep -F default_server "$scratch/beside" &&
	    [ "$(diff "$scratch/old" "$scratch/beside" | grep -c '^>')" -eq 4 ] &&
	    ! site_for 1.22.1 --beside 'a;b'
}

# browse PATH [OPTION...]: by TLS, to the site's own name.
browse() {
	local path=$1

	shift
	curl -sk --noproxy '*' --max-time 20 -i \
	    --resolve "$host:$port:127.0.0.1" "$@" "https://$host:$port$path"
}

the_site_answers() {
	nginx -p "$scratch/etc/nginx" -c "$scratch/etc/nginx/nginx.conf" \
	    -e "$scratch/log/error.log" \
	    -g "daemon off; $([ "$(id -u)" -ne 0 ] || echo 'user root;')" &
	started+=("$!")
	for _ in {1..200}; do
		browse /healthz >"$scratch/answer" && break
		sleep 0.05
	done
	grep -q '{"ok":true}' "$scratch/answer" &&
	    browse / | grep -q 'Codex Miroir'
}

tells_tls_and_policy() {
	browse "$1" >"$scratch/answer"
	cat "$scratch/answer"
	grep -qi '^strict-transport-security: max-age=' "$scratch/answer" &&
	    grep -qi "^content-security-policy: .*trusted-types codex" \
		"$scratch/answer" && has_an_id
}

# The last answer, by which it is found in the logs.
has_an_id() {
	grep -qi '^x-request-id: [0-9a-f]\{32\}.$' "$scratch/answer"
}

# By another name, without TLS, without TLS where it must be; what is no HTTP.
what_is_refused_by_nginx_has_an_id() {
	local ask=(curl -sik --noproxy '*' --max-time 20) bad=0 i
	local at=127.0.0.1:$port plain=http://127.0.0.1:$((port + 1))

	for i in "https://$at/codex" "$plain/codex" "http://$at/codex" \
	    "$plain/.well-known/acme-challenge/x"; do
		"${ask[@]}" "$i" >"$scratch/answer"
		has_an_id || { echo "$i"; bad=1; }
	done
	for i in "$plain" "https://$host:$port"; do
		"${ask[@]}" --resolve "$host:$port:127.0.0.1" -H 'Expect:' \
		    --data-binary "@$scratch/large" "$i/codex" >"$scratch/answer"
		has_an_id || { echo "413 $i"; bad=1; }
		"${ask[@]}" --http1.1 --resolve "$host:$port:127.0.0.1" \
		    -H 'Host: a b' "$i/" >"$scratch/answer"
		has_an_id || { echo "400 $i"; bad=1; }
		"${ask[@]}" --http1.1 --resolve "$host:$port:127.0.0.1" \
		    -H "X: $(printf '%09000d' 0)" "$i/" >"$scratch/answer"
		has_an_id || { echo "494 $i"; bad=1; }
	done
	return "$bad"
}

other_hosts_are_misdirected() {
	curl -sk --noproxy '*' --max-time 20 -o /dev/null -w '%{http_code}' \
	    "https://127.0.0.1:$port/codex" | grep -x 421
}

plain_http_only_leads_to_tls() {
	curl -s --noproxy '*' --max-time 20 -i -H "Host: $host" \
	    "http://127.0.0.1:$((port + 1))/codex" >"$scratch/answer"
	cat "$scratch/answer"
	grep -q '^HTTP/1.1 308' "$scratch/answer" &&
	    grep -qi "^location: https://$host/codex" "$scratch/answer"
}

# upgrade WORD: the page with another stylesheet, as `make install` lays it out.
upgrade() {
	rm -rf "$scratch/page"
	cp -r "$top/nginx/html" "$scratch/page"
	echo ".$1 { top: 0; }" >>"$scratch/page/style.css"
	"$top/scripts/make-page" "$scratch/page" "$share/html"
}

# gives PATH WORD: with that in it, for good.
gives() {
	browse "$1/style.css" >"$scratch/answer"
	grep -q '^HTTP.* 200' "$scratch/answer" &&
	    grep -qi '^cache-control: .*immutable' "$scratch/answer" &&
	    grep -qF ".$2 {" "$scratch/answer"
}

# A browser may still fetch the files of the version before.
an_address_never_gets_other_content() {
	local first second

	upgrade first && first=$(version_of "$share/html/index.html") &&
	    gives "$first" first || return 1
	upgrade second && second=$(version_of "$share/html/index.html") &&
	    [ "$first" != "$second" ] && gives "$second" second &&
	    gives "$first" first || return 1
	browse / | grep -qF "$second/style.css" || return 1
	upgrade third && browse "$first/style.css" >"$scratch/answer"
	cat "$scratch/answer"
	grep -q '^HTTP.* 404' "$scratch/answer" &&
	    grep -qi '^cache-control: no-store' "$scratch/answer" &&
	    gives "$second" second
}

parts_that_are_off_say_so() {
	browse /sync -X POST | grep -q nicht_eingerichtet &&
	    browse /feed/x.ics | grep -q nicht_eingerichtet
}

# many N PATH [OPTION...]: statuses, each with its count.
many() {
	local n=$1 path=$2

	shift 2
	curl -skZ --parallel-max 40 --noproxy '*' --max-time 60 "$@" \
	    --resolve "$host:$port:127.0.0.1" -o "$scratch/body-#1" \
	    -w '%{http_code} %header{retry-after}\n' \
	    "https://$host:$port${path}[1-$n]" | sort | uniq -c |
	    tee "$scratch/statuses"
}

# too_often PATH: some of many are refused, in the shape of every error.
too_often() {
	many 150 "$1" -H 'Content-Type: application/json'
	grep -q ' 429 [1-9]' "$scratch/statuses" &&
	    ! grep -q ' 50[04] ' "$scratch/statuses" &&
	    grep -l '"code":"zu_oft"' "$scratch"/body-* | head -1
}

a_week_in_memory_is_never_refused() {
	many 400 "/codex?x="
	grep -qx ' *400 200 ' "$scratch/statuses"
}

# nginx writes the request line beside each of its errors: of what it may not
# write, and of something else, to see that it does.
codes_stay_out_of_the_logs() {
	local path

	for path in '/auth/callback?code=GEHEIM&state=GEHEIM' \
	    '/feed/GEHEIM.ics' '/%66eed/GEHEIM.ics' '/feed/GEHEIM/../x' \
	    '/auth/../auth/callback?code=GEHEIM' '//auth/x?code=GEHEIM'; do
		browse "$path" --path-as-is >"$scratch/answer"
		# As a limit has it, too.
		browse "$path" --path-as-is -X POST -H 'Expect:' \
		    -H 'Content-Type: application/json' \
		    --data-binary "@$scratch/large" >"$scratch/answer"
	done
	# By another name, and without TLS.
	for path in "https://127.0.0.1:$port" "http://127.0.0.1:$((port + 1))"; do
		curl -sk --noproxy '*' --max-time 20 -o /dev/null -H 'Expect:' \
		    --data-binary "@$scratch/large" \
		    -w '%{http_code}\n' "$path/auth/callback?code=GEHEIM"
	done
	many 60 "/auth/callback?code=GEHEIM" >/dev/null
	browse '/api/tokens?x=HARMLOS' >"$scratch/answer"
	browse /nowhere-codes >"$scratch/answer"
	# nginx gathers lines until it opens its logs anew.
	kill -USR1 "${started[-1]}"
	for _ in {1..200}; do
		! grep -q 'path="/nowhere-codes"' "$scratch/log/codex-miroir.log" ||
		    break
		sleep 0.05
	done
	tail -n 3 "$scratch/log"/*
	grep -q HARMLOS "$scratch/log/error.log" &&
	    grep -q 'path="/auth/callback" status=503' \
		"$scratch/log/codex-miroir.log" &&
	    grep -q 'path="/auth/callback" status=429' \
		"$scratch/log/codex-miroir.log" &&
	    ! grep -rn GEHEIM "$scratch/log"
}

# --- manual pages ---------------------------------------------------------

reads_well() {
	mandoc -T lint -W warning "$1" && [ -s "$1" ]
}

each_program_has_a_page() {
	[ -f "$root/usr/local/share/man/man8/${1##*/}.8" ]
}

every_setting_is_in() {
	local name bad=0

	for name in $("$build/codex-render" --settings |
	    sed -n 's/^#\([A-Z_]*\)=.*/\1/p'); do
		grep -q "\b$name\b" "$1" || {
			echo "$name is not in ${1##*/}"
			bad=1
		}
	done
	return "$bad"
}

documents_are_installed() {
	local folder=$root/usr/local/share/doc/codex-miroir

	cmp "$top/README.md" "$folder/README.md" &&
	    cmp "$top/docs/server.md" "$folder/docs/server.md" &&
	    cmp "$top/docs/week.png" "$folder/docs/week.png" &&
	    cmp "$top/docs/watching/alerts.yml" "$folder/docs/watching/alerts.yml"
}

check "make install lays out programs and page" installs
check "all files of the page are installed and may be read" \
    all_of_the_page_is_installed
check "what is installed has no placeholder" no_placeholder_is_left
check "each program has a unit that the target wants" each_program_has_a_unit
check "a unit has an exposure of at most 1.0" \
    for_all "$(program_units)" is_a_tight_box
check "systemd takes the units" units_are_well_formed
check "a backup that was killed leaves no part for ever" \
    a_killed_backup_leaves_no_part_for_ever
check "only what speaks with GitHub has a network" \
    only_what_speaks_with_github_has_a_network
check "builds alone give way, by their unit" builds_alone_give_way
check "a build keeps the priority that its unit gives" a_nice_build_stays_as_it_is
check "a drop-in gives all units the network and at most 1.0" \
    a_drop_in_gives_all_the_network
check "a unit that cannot start is given up" units_do_not_spin
check "a program that cannot start takes a second" a_failed_start_takes_a_second
check "-t refuses what the worker could not use" \
    what_the_worker_cannot_use_is_refused
check "a unit loads its own secrets" secrets_are_loaded_by_their_own
check "the run folder outlives its programs" the_run_folder_stays
check "the folder of the store is there before the first start" \
    the_state_folder_is_there_before_the_first_start
check "a unit with a socket loads the proof of nginx" \
    who_has_a_socket_knows_nginx
check "the proof of nginx is made once, for root alone" a_proof_is_made_once
check "the secret of the keys is made once, for root alone" \
    the_secret_of_the_keys_is_made_once
check "webhook and worker cannot read the keys of sessions" \
    who_knows_no_users_gets_no_keys
check "a unit without the proof of nginx does not start" \
    without_proof_it_does_not_start
check "what the units start answers" units_answer
check "what serves has given up the calls that it does not need" \
    what_serves_is_confined
check "HTTP/2 is spelled as nginx knows it" http2_is_spelled_as_nginx_knows_it
check "a site beside another one is no default site" \
    a_site_beside_another_is_no_default
check "nginx takes the installed site" make_site
check "nginx takes a site without TLS for this machine" nginx_takes_a_local_site
check "a site for this machine has a port" a_local_site_has_a_port
check "a command that is none is named" a_command_that_is_none_is_named
check "the site answers by TLS" the_site_answers
check "every answer tells of TLS and policy" for_all \
    "$(printf '%s\n' / /codex /healthz /nope /v/x/app.js /api/tasks /sync \
	/api/tasks/0001 /api/tasks/0001/complete /api/preview /api/sync \
	/api/ /api/openapi.yaml /api/settings /api/tokens /auth/login /auth/me /feed/x.ics \
	/github/webhook /%2e%2e/x /%)" tells_tls_and_policy
check "the API's description is installed and served" \
    the_description_is_served
check "an address of the page's files never gets other content" \
    an_address_never_gets_other_content
check "what nginx refuses by itself has an id, too" \
    what_is_refused_by_nginx_has_an_id
check "another host is misdirected" other_hosts_are_misdirected
check "without TLS there is only the way to it" plain_http_only_leads_to_tls
check "a part that is off says so" parts_that_are_off_say_so
check "a week in memory is never refused" a_week_in_memory_is_never_refused
check "codes and feeds' secrets stay out of the logs" codes_stay_out_of_the_logs
check "who asks too often is told when to come back" for_all \
    "$(printf '%s\n' '/api/tasks?x=' /api/tasks/ '/auth/login?x=' \
	'/codex?nocache=true&x=')" too_often
check "a manual page has no fault" \
    for_all "$(find "$root" -name 'codex-*.[578]')" reads_well
check "each program has a manual page" \
    for_all "$programs" each_program_has_a_page
check "every setting is in the manual" \
    every_setting_is_in "$root/usr/local/share/man/man5/codex-miroir.5"
check "the documents are installed" documents_are_installed

[ "$failed" -eq 0 ]
