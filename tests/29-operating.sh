#!/bin/bash
# group: operate
# Each block of commands in docs/operating.md and docs/server.md, run as it stands
# there on an installed system (container.sh); those about the package are run by
# 29-package.sh.
# Sentences are checked by functions that are called by name.
# shellcheck disable=SC2317,SC2046
set -u
export LC_ALL=C

. "$(dirname "$0")/container.sh"
site=/etc/nginx/sites-available/codex-miroir
log=/var/log/nginx/codex-miroir.log

# --- outside: the system, and its start ------------------------------------

# Sources as `git clone` lays them, built, and the next version where they came
# from: another stylesheet.
lay_sources() {
	local src=$root/usr/local/src/codex-miroir upstream=$root/root/upstream
	local git=(git -c user.name=t -c user.email=t@example.org)

	mkdir -p "${src%/*}"
	git clone -q --bare "$top" "$upstream" &&
	    git -C "$upstream" branch -f main HEAD &&
	    git -C "$upstream" symbolic-ref HEAD refs/heads/main &&
	    git clone -q "$upstream" "$src" &&
	    git clone -q "$upstream" "$room/next" || return 1
	echo '.next-version { color: red; }' >>"$room/next/nginx/html/style.css"
	"${git[@]}" -C "$room/next" commit -qam next &&
	    git -C "$room/next" push -q &&
	    git -C "$src" remote set-url origin /root/upstream || return 1
	# What is built is newer than its sources, so that little is built anew.
	cp -a "$build" "$src/build" && find "$src/build" -exec touch -hr "$src" {} +
}

install_system() {
	make --quiet -C "$build" install DESTDIR="$root" &&
	    lay_sources && lay_blocks
}

# --- inside ----------------------------------------------------------------

# The person whom the tests know.
log_in() {
	write_session /root/cookie usera 4711
}

# as_user PATH [OPTION...]: with the session of log_in, and as our page asks.
as_user() {
	local path=$1

	shift
	ask "$path" -H "Cookie: $(cat /root/cookie)" -H "Origin: https://$host" \
	    -H 'Content-Type: application/json' "$@"
}

creates() {
	as_user /api/tasks -d "{\"kategorie\":\"privat\",\"title\":\"$1\"}" |
	    grep '"ok":true'
}

has_task() {
	as_user /api/tasks | grep "\"title\":\"$1\""
}

# As server.md says it, without GitHub and certbot.
set_up() {
	set -e
	systemd-sysusers
	systemd-tmpfiles --create /usr/local/lib/tmpfiles.d/codex-miroir.conf
	/usr/local/libexec/codex-secrets
	write_settings
	ln -s /usr/local/share/codex-miroir/nginx/snippets \
	    /etc/nginx/snippets/codex-miroir
	/usr/local/libexec/codex-site "$host" >"$site"
	ln -s ../sites-available/codex-miroir /etc/nginx/sites-enabled/
	rm -f /etc/nginx/sites-enabled/default
	systemctl daemon-reload
	systemctl enable --now codex-miroir.target
	systemctl restart nginx
	answers
	log_in
	creates Brot
}

# changes_to upgrade|downgrade N: under load; so many lines tell of the new page.
changes_to() {
	start_load "$(cat /root/cookie)"
	block "$1" || return 1
	sed -i 's/default 0;/default 1;/' "$site"
	ends_load 0 || { grep -h . /var/log/nginx/error.log; return 1; }
	[ "$(grep -cF next-version \
	    /usr/local/share/codex-miroir/html/style.css)" = "$2" ]
}

restores() {
	block backup && creates Later &&
	    block restore && answers && has_task Brot && ! has_task Later
}

# As on another machine, where only the installation was: no program has made
# a folder yet.
restores_before_the_first_start() {
	local state=/var/lib/codex-miroir

	systemctl stop codex-miroir.target 'codex-miroir-*'
	mv "$state" /root/state
	systemd-tmpfiles --create /usr/local/lib/tmpfiles.d/codex-miroir.conf
	# The keys of sessions are no part of a backup.
	block restore && answers && log_in && has_task Brot &&
	    ! has_task Later
}

is_beside_another_site() {
	ln -s ../sites-available/default /etc/nginx/sites-enabled/
	! nginx -t || return 1
	block beside || return 1
	curl -s --noproxy '*' http://127.0.0.1/ -H 'Host: other.example' |
	    grep -i 'nginx' && answers && has_task Brot
}

# The sentence is in the journal once for the site and once for each program,
# which is not tried again.
a_wrong_setting_fails_a_restart() {
	local file=/etc/codex-miroir/settings.env status=0 i

	cp "$file" /root/settings.env
	echo CODEX_TZ=Europe/Nowhere >>"$file"
	! systemctl restart codex-miroir-tasks@1 || status=1
	! systemctl restart codex-miroir.target || status=1
	journalctl --no-pager -u codex-miroir-check -p err -o cat |
	    grep 'msg="wrong setting" .*CODEX_TZ' || status=1
	# The programs' own starts may go on while the target's has failed.
	for ((i = 0; i < 100 * slow; i++)); do
		! systemctl -q is-failed codex-miroir-build@2 || break
		sleep 0.1
	done
	journalctl --no-pager -u codex-miroir-build@2 -p err -o cat |
	    grep CODEX_TZ >/root/said2
	cat /root/said2
	[ "$(wc -l </root/said2)" -eq 1 ] || status=1
	[ "$(systemctl show -P NRestarts codex-miroir-build@2)" = 0 ] || status=1
	cp /root/settings.env "$file"
	systemctl restart codex-miroir.target && answers &&
	    [ "$status" -eq 0 ]
}

# starts UNIT SENTENCE SINCE: how often it was started in vain, for that.
starts() {
	journalctl --no-pager --since "@$3" -u "codex-miroir-$1" -p err \
	    -o cat | grep -c "$2"
}

# is_refused_at_once PATH: visitors get a 503, and nobody waits.
is_refused_at_once() {
	local _ answer

	for _ in {1..5}; do
		answer=$(ask "$1" -o /dev/null -w '%{http_code} %{time_total}')
		echo "$1: $answer"
		[[ $answer == '503 0.'* ]] || return 1
	done
}

# gives_up SENTENCE SINCE: both workers of two programs have been started once,
# for visitors, too, who come meanwhile and afterwards.
gives_up() {
	local unit i bad=0

	for ((i = 0; i < 20 * slow; i++)); do
		ask /codex -o /dev/null -w '%{http_code} %{time_total}\n'
		sleep 0.1
	done
	is_refused_at_once /codex && is_refused_at_once /api/tasks || bad=1
	for unit in render@1 render@2 tasks@1 tasks@2; do
		i=$(starts "$unit" "$1" "$2")
		echo "$unit: $i"
		[ "$i" -eq 1 ] || bad=1
	done
	return "$bad"
}

# One that -t finds, and one that shows only where a socket is.  What was given
# up comes back by the command that all is started with.
what_cannot_start_is_started_once() {
	local file=/etc/codex-miroir/settings.env status=0 since
	local proof=/etc/credstore/codex-miroir.CODEX_PROOF

	cp "$file" /root/settings.env
	since=$(date +%s.%N)
	echo CODEX_TZ=Europe/Nowhere >>"$file"
	! systemctl restart codex-miroir.target || status=1
	gives_up CODEX_TZ "$since" || status=1
	cp /root/settings.env "$file"
	systemctl restart codex-miroir.target && answers && has_task Brot ||
	    status=1

	mv "$proof" /root/proof
	since=$(date +%s.%N)
	systemctl restart codex-miroir.target
	gives_up CODEX_PROOF "$since" || status=1
	mv /root/proof "$proof"
	systemctl restart codex-miroir.target && answers && has_task Brot &&
	    [ "$status" -eq 0 ]
}

# The starts that systemd counts for the limit of each.
forget_starts() {
	systemctl reset-failed 'codex-miroir-*'
}

# check_rested SENTENCE COMMAND: nobody restarts a site as often as these do in a
# row; that limit is the workers' own, and no matter here.
check_rested() {
	forget_starts >/dev/null 2>&1
	check "$@"
}

# is_given_up UNIT: once it has died again and again.
is_given_up() {
	local pid i

	for ((i = 0; i < 200 * slow; i++)); do
		! systemctl -q is-failed "$1" || return 0
		pid=$(systemctl show -P MainPID "$1")
		[ "$pid" -eq 0 ] || kill -9 "$pid"
		sleep 0.1
	done
	return 1
}

# A worker that dies again and again is given up: the other one serves, and all
# come back by a restart.
what_dies_again_and_again_leaves_the_other() {
	local unit=codex-miroir-render@$1

	is_given_up "$unit" && has_task Brot &&
	    [ "$(as_user /codex -o /dev/null -w '%{http_code}')" = 200 ] ||
	    return 1
	! codex doctor --json >/root/looked || return 1
	grep -F "\"what\":\"$unit.service\"" /root/looked || return 1
	forget_starts
	systemctl restart codex-miroir.target && answers &&
	    systemctl is-active "$unit" codex-miroir-render.socket
}

# count_listening PROGRAM: sockets that have been given its path; the flag is that
# of listen(2).
count_listening() {
	grep -c " 00010000 .*/run/codex-miroir/$1\.sock\$" /proc/net/unix
}

# One that was given up is started by its name: for it the socket is opened anew.
a_worker_that_is_started_alone_shares_its_socket() {
	local unit=codex-miroir-render i

	is_given_up "$unit@1" && forget_starts && systemctl start "$unit@1" ||
	    return 1
	for ((i = 0; i < 100 * slow; i++)); do
		[ "$(count_listening render)" -ne 1 ] || break
		sleep 0.1
	done
	[ "$(count_listening render)" -eq 1 ] && answers &&
	    systemctl is-active "$unit@1" "$unit@2" "$unit.socket"
}

# One that is started with a wrong setting leaves the one that runs, and so does
# its next start: either of the two serves alone.
a_wrong_setting_leaves_what_runs() {
	local file=/etc/codex-miroir/settings.env i bad=0
	local it=codex-miroir-render@$1 other=codex-miroir-render@$((3 - $1))

	cp "$file" /root/settings.env
	echo CODEX_TZ=Europe/Nowhere >>"$file"
	! systemctl restart "$it" || bad=1
	cp /root/settings.env "$file"
	for i in {1..9}; do
		ask /healthz | grep -Fx '{"ok":true}' || bad=1
	done
	systemctl restart "$it" && answers &&
	    systemctl is-active "$other" codex-miroir-render.socket || bad=1
	for i in "$it" "$other"; do
		systemctl stop "$i"
		ask /healthz | grep -Fx '{"ok":true}' || bad=1
		systemctl start "$i" || bad=1
	done
	[ "$bad" -eq 0 ]
}

# systemd's own limit for a unit is five starts in ten seconds; our workers' is ten
# in thirty.
restarts_often() {
	local _

	for _ in {1..7}; do
		if ! systemctl restart codex-miroir.target; then
			journalctl --no-pager -u codex-miroir-check -n 10
			return 1
		fi
	done
	answers
}

opens_a_socket_often() {
	local _

	systemctl stop 'codex-miroir-tasks*'
	for _ in {1..7}; do
		if ! systemctl start codex-miroir-tasks.socket ||
		    ! systemctl stop codex-miroir-tasks.socket; then
			journalctl --no-pager -u 'codex-miroir-tasks*' -n 40
			return 1
		fi
	done
	systemctl start codex-miroir.target && has_task Brot
}

# What Azure and a Redis take: each unit of that prefix has the drop-in, that of
# the check, too.
all_have_a_network() {
	local folder=/etc/systemd/system/codex-miroir-.service.d status=0

	mkdir -p "$folder"
	ln -s /usr/local/share/codex-miroir/network.conf "$folder/"
	systemctl daemon-reload
	systemctl restart codex-miroir.target && answers && has_task Brot ||
	    status=1
	journalctl --no-pager -u codex-miroir-check -n 10
	rm "$folder/network.conf"
	systemctl daemon-reload && systemctl restart codex-miroir.target &&
	    answers && [ "$status" -eq 0 ]
}

# Doctor is no unit, and must reach it as the programs do.
asks_redis_by_its_socket() {
	local secret=/etc/credstore/codex-miroir.REDIS_URL status=0
	local socket=/run/redis/redis-server.sock

	[ -e /etc/redis/redis.conf ] || return 0
	ldd "$(command -v codex)" | grep -q hiredis || return 0
	printf 'unixsocket %s\nunixsocketperm 770\n' "$socket" \
	    >>/etc/redis/redis.conf
	(umask 077 && echo "unix:$socket" >"$secret")
	systemctl start redis-server && block redis && answers &&
	    creates Redis &&
	    redis-cli -s "$socket" EXISTS version:usera | grep -Fx 1 || status=1
	codex doctor --json >/root/looked
	cat /root/looked
	! grep -F '"code":"redis"' /root/looked || status=1
	systemctl stop redis-server
	gpasswd -d codex-miroir redis
	rm "$secret"
	systemctl restart codex-miroir.target && answers &&
	    [ "$status" -eq 0 ]
}

# The proxy of another machine: an nginx of its own, on another port of ours.
start_front() {
	mkdir -p /root/front
	{
		echo "pid /root/front/pid; events { } http {"
		echo "access_log off;"
		sed 's/listen 443/listen 8443/' /root/blocks/front
		echo "}"
	} >/root/front/nginx.conf
	nginx -p /root/front -c /root/front/nginx.conf -e stderr
	# A reload is over a moment after its command.
	for _ in {1..300}; do
		[ "$(through 127.0.0.7 /healthz)" != 200 ] || return 0
		sleep 0.1
	done
	return 1
}

# through ADDRESS PATH [OPTION...]: by way of the proxy, from that address.
through() {
	local from=$1 path=$2

	shift 2
	curl -sk --noproxy '*' --max-time 30 --interface "$from" \
	    --resolve "$host:8443:127.0.0.1" -o /root/answer \
	    -w '%{http_code}\n' "$@" "https://$host:8443$path"
}

is_behind_a_proxy() {
	block behind && start_front || return 1
	[ "$(through 127.0.0.7 /codex -H "Cookie: $(cat /root/cookie)")" = 200 ] &&
	    grep timeline /root/answer >/dev/null &&
	    [ "$(through 127.0.0.7 /api/tasks -H "Cookie: $(cat /root/cookie)" \
		-H "Origin: https://$host" -H 'Content-Type: application/json' \
		-d '{"kategorie":"privat","title":"Hinter"}')" = 200 ]
}

logs_the_client() {
	through 127.0.0.7 /nowhere-1 -H 'X-Forwarded-For: 192.0.2.1'
	through 127.0.0.8 /nowhere-2
	# nginx gathers lines until it opens its logs anew.
	nginx -s reopen
	for _ in {1..100}; do
		grep -qF 'path="/nowhere-2" status=404' "$log" && break
		sleep 0.1
	done
	grep nowhere "$log"
	grep -q 'address=127\.0\.0\.7 .* path="/nowhere-1"' "$log" &&
	    grep -q 'address=127\.0\.0\.8 .* path="/nowhere-2"' "$log"
}

# many ADDRESS N: so many requests at once through the proxy; their statuses.
many() {
	curl -skZ --parallel-max "$2" --noproxy '*' --interface "$1" \
	    --resolve "$host:8443:127.0.0.1" -o '/root/front/#1' \
	    -w '%{http_code}\n' "https://$host:8443/api/tasks?x=[1-$2]" |
	    sort | uniq -c
}

# After a flood of the one the other is where it began.
counts_the_client() {
	local flood other

	for _ in {1..20}; do
		flood=$(many 127.0.0.7 300)
		other=$(many 127.0.0.8 60)
		echo "$flood / $other"
		[[ $flood != *429* ]] || break
	done
	[[ $flood == *429* && $other =~ ^\ *60\ 401$ ]]
}

# An answer's id is in nginx's line and in the program's.
logs_are_kept_and_found() {
	local id

	block journal || return 1
	systemd-analyze cat-config systemd/journald.conf |
	    grep '^MaxRetentionSec=14day' || return 1
	id=$(as_user /api/tasks -d '{"kategorie":"privat","title":"Spur"}' \
	    -o /dev/null -D - | tr -d '\r' | sed -n 's/^x-request-id: //p')
	nginx -s reopen
	for _ in {1..100}; do
		! grep -q "request=$id .* status=200 " "$log" || break
		sleep 0.1
	done
	grep "request=$id .* status=200 " "$log" &&
	    journalctl --no-pager -u 'codex-miroir-*' -p info -o cat |
	    grep "msg=\"request done\" program=codex-create .* request=$id user=usera"
}

# A GitHub by TLS, of whose name and way only a proxy knows.
start_outgoing() {
	local dir=/root/outgoing

	mkdir -p "$dir"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
	    -subj /CN=github.example.org \
	    -addext subjectAltName=DNS:github.example.org \
	    -keyout "$dir/key" -out "$dir/cert" &&
	    cat "$dir/cert" >>/etc/ssl/certs/ca-certificates.crt || return 1
	echo 127.0.0.9 proxy.example.org >>/etc/hosts
	"$NODE" "$TOP/tests/outgoing.mjs" "$dir/cert" "$dir/key" \
	    >"$dir/log" 2>&1 &
	for _ in {1..300}; do
		! grep -q ready "$dir/log" || return 0
		sleep 0.1
	done
	cat "$dir/log"
	return 1
}

follows_git() {
	cat >>/etc/codex-miroir/settings.env <<-EOT
		GITHUB_API_URL=https://github.example.org
		GITHUB_OWNER=usera
		GITHUB_SYNC_ON_OPERATION=true
		GITHUB_REPO=vault
	EOT
	(umask 077 && echo write-token >/etc/credstore/codex-miroir.GITHUB_TOKEN)
	systemctl restart codex-miroir.target
}

asks_github_by_a_proxy() {
	local i

	start_outgoing && follows_git && answers && block outgoing &&
	    answers && creates Nah || return 1
	for ((i = 0; i < 150 * slow; i++)); do
		! has_task Ferne || break
		sleep 0.2
	done
	cat /root/outgoing/log
	journalctl --no-pager -u 'codex-miroir-*' >/root/journal
	grep 'sync' /root/journal
	has_task Ferne && grep 'tunnel github.example.org:443' \
	    /root/outgoing/log && ! grep -e 'user:' -e password /root/journal
}

# is_ready: /readyz, which keeps what it has found for 5 s.
is_ready() {
	local i

	for ((i = 0; i < 100 * slow; i++)); do
		[ "$(ask /readyz)" != '{"ok":true}' ] || return 0
		sleep 0.1
	done
	ask /readyz
	return 1
}

# First the webhook alone, then all of it, as git.md says it.
turns_git_off() {
	(umask 077 && echo hook-secret-of-this-test \
	    >/etc/credstore/codex-miroir.GITHUB_WEBHOOK_SECRET)
	systemctl restart codex-miroir.target && answers &&
	    [ -S /run/codex-miroir/webhook.sock ] || return 1
	rm /etc/credstore/codex-miroir.GITHUB_WEBHOOK_SECRET
	systemctl restart codex-miroir.target && answers || return 1
	[ ! -e /run/codex-miroir/webhook.sock ] &&
	    [ -S /run/codex-miroir/sync.sock ] && is_ready || return 1
	sed -i '/^GITHUB_OWNER=/d; /^GITHUB_REPO=/d' \
	    /etc/codex-miroir/settings.env
	rm /etc/credstore/codex-miroir.GITHUB_TOKEN
	systemctl restart codex-miroir.target && answers && is_ready
}

moves_to_another_disk() {
	block disk && answers && has_task Brot && creates Platte &&
	    ls /srv/codex/store/raw/usera/tasks/*Platte.md &&
	    ! ls /var/lib/codex-miroir/store/raw/usera/tasks/*Platte.md
}

a_new_key_keeps_sessions() {
	block keys && sleep 1.1 && [ "$(wc -l </srv/codex/store.key)" -eq 2 ] &&
	    has_task Brot && log_in && has_task Brot
}

a_new_proof_is_known_to_both() {
	local old

	old=$(cat /etc/credstore/codex-miroir.CODEX_PROOF)
	block proof && answers && has_task Brot &&
	    [ "$old" != "$(cat /etc/credstore/codex-miroir.CODEX_PROOF)" ]
}

a_new_secret_ends_sessions() {
	block secret && answers &&
	    as_user /api/tasks | grep nicht_angemeldet && log_in &&
	    has_task Brot
}

# For this machine alone, without a login: what asks by another name is not
# answered.
runs_for_oneself_alone() {
	local at=http://127.0.0.1:8090 other

	systemctl stop codex-miroir.target 'codex-miroir-*'
	rm /etc/nginx/sites-enabled/codex-miroir "$site" \
	    /etc/credstore/codex-miroir.GITHUB_OAUTH_CLIENT_SECRET
	block alone || return 1
	other=$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' \
	    -H 'Host: other.example' "$at/codex")
	curl -s --noproxy '*' "$at/codex" | grep -o timeline &&
	    [ "$other" = 421 ] &&
	    curl -s --noproxy '*' "$at/readyz" | grep -Fx '{"ok":true}'
}

# missed TIMER: it was due a day ago, while the machine was off, and is so at once.
missed() {
	local unit=codex-$1.timer

	mkdir -p "/etc/systemd/system/$unit.d" /var/lib/systemd/timers
	printf '[Timer]\nRandomizedDelaySec=0\n' \
	    >"/etc/systemd/system/$unit.d/now.conf"
	touch -d '2 days ago' "/var/lib/systemd/timers/stamp-$unit"
}

# ran SERVICE: its timer has started it, and it has ended.
ran() {
	local i

	for ((i = 0; i < 100 * slow; i++)); do
		[ "$(systemctl show -P ExecMainExitTimestampMonotonic \
		    "$1")" = 0 ] || break
		sleep 0.1
	done
	journalctl --no-pager -u "$1"
	[ "$(systemctl show -P ExecMainExitTimestampMonotonic "$1")" != 0 ]
}

# Of 16 the oldest two go.  Doctor finds that nobody knows this host's name.
timers_back_up_and_look() {
	local to=/var/backups/codex-miroir day

	rm -rf "$to"
	mkdir -p "$to"
	for day in {01..15}; do
		touch "$to/codex-2020-01-${day}T0300.tar.gz"
	done
	missed backup && missed doctor && systemctl daemon-reload &&
	    block timers && ran codex-backup && ran codex-doctor || return 1
	systemctl is-active codex-backup.timer codex-doctor.timer || return 1
	rm -r /etc/systemd/system/codex-*.timer.d && systemctl daemon-reload
	[ "$(systemctl show -P Result codex-backup)" = success ] &&
	    journalctl --no-pager -o cat -u codex-doctor >/root/looked || return 1
	grep -F '"code":"adresse"' /root/looked &&
	    ! grep -F '"code":"socket"' /root/looked || return 1
	ls "$to" >/root/kept
	cat /root/kept
	[ "$(wc -l </root/kept)" -eq 14 ] &&
	    [ "$(head -n 1 /root/kept)" = codex-2020-01-03T0300.tar.gz ] &&
	    tar -tf "$to/$(tail -n 1 /root/kept)" | grep -F Brot.md &&
	    [ "$(stat -c %a "$to/$(tail -n 1 /root/kept)")" = 600 ]
}

# The user of the programs may remove nothing from root's folder, in which a file
# that stayed would count as a backup.
a_backup_that_fails_leaves_no_file() {
	local to=/var/backups/codex-miroir store=/var/lib/codex-miroir/store
	local status=0

	find "$to" | sort >/root/kept
	chmod 0 "$store"
	! systemctl start codex-backup || status=1
	! codex export --md usera "$to/usera.md" || status=1
	chmod 0700 "$store"
	find "$to" | sort | diff /root/kept - && [ "$status" -eq 0 ]
}

# What is called by our name and lies anywhere that an installation writes to.
leftovers() {
	find /etc /run /srv /var/lib /var/log /usr/local -xdev \
	    -not -path '/usr/local/src/*' -not -path "$TOP*" \
	    -not -path '/run/host/*' -not -path '/run/systemd/*' \
	    -not -path '/etc/letsencrypt/*' -name '*codex*' "$@"
}

# With a worker that somebody has added.
uninstalls() {
	systemctl enable codex-miroir-render@3 && block uninstall || return 1
	curl -s --noproxy '*' http://127.0.0.1/ | grep -i nginx || return 1
	! pgrep -u codex-miroir || return 1
	ls /srv/codex/store/raw/usera/tasks/*Brot.md &&
	    ! leftovers -path '/usr/local/*' | grep . &&
	    [ ! -e /etc/systemd/system/codex-miroir.target.wants ]
}

purges() {
	rm -rf /srv/codex
	block purge || return 1
	! leftovers | grep . && ! id codex-miroir
}

run_inside() {
	check_rested "a server is set up as server.md says" set_up
	check_rested "each block of the documents is run" all_blocks_ran \
	    $(find /root/blocks -type f ! -name 'package-*' -printf '%f\n')
	check_rested "an upgrade from sources loses no request" \
	    changes_to upgrade 1
	check_rested "a downgrade from sources loses no request" \
	    changes_to downgrade 0
	check_rested "a backup is restored into an empty store" restores
	check_rested "a backup is restored on a machine that was never started" \
	    restores_before_the_first_start
	check_rested "timers make a backup, drop old ones, and look after the site" \
	    timers_back_up_and_look
	check_rested "a backup that fails leaves no file" \
	    a_backup_that_fails_leaves_no_file
	check_rested "a wrong setting fails a restart" \
	    a_wrong_setting_fails_a_restart
	check_rested "what cannot start is started once, and its visitors wait for nothing" \
	    what_cannot_start_is_started_once
	check_rested "a wrong setting of a first worker leaves the other" \
	    a_wrong_setting_leaves_what_runs 1
	check_rested "a wrong setting of a second worker leaves the other" \
	    a_wrong_setting_leaves_what_runs 2
	check_rested "a first worker that dies again and again leaves the other" \
	    what_dies_again_and_again_leaves_the_other 1
	check_rested "a second worker that dies again and again leaves the other" \
	    what_dies_again_and_again_leaves_the_other 2
	check_rested "a worker that is started alone shares its socket" \
	    a_worker_that_is_started_alone_shares_its_socket
	check_rested "all is restarted seven times in a row" restarts_often
	check_rested "a socket comes back however often it was closed" \
	    opens_a_socket_often
	check_rested "a network for all programs leaves the start as it is" \
	    all_have_a_network
	check_rested "programs and doctor ask a Redis by its socket" \
	    asks_redis_by_its_socket
	check_rested "the site is served beside another one" \
	    is_beside_another_site
	check_rested "the site is served behind another proxy" is_behind_a_proxy
	check_rested "behind a proxy the client's address is logged" \
	    logs_the_client
	check_rested "logs are kept, and found by an answer's id" \
	    logs_are_kept_and_found
	check_rested "behind a proxy each client has its own rate" \
	    counts_the_client
	check_rested "GitHub is asked by way of a proxy" asks_github_by_a_proxy
	check_rested "Git that is turned off is not missed" turns_git_off
	check_rested "the store moves to another disk" moves_to_another_disk
	check_rested "a new key keeps sessions" a_new_key_keeps_sessions
	check_rested "a new proof is known to nginx and programs" \
	    a_new_proof_is_known_to_both
	check_rested "a new secret of the keys ends sessions" \
	    a_new_secret_ends_sessions
	check_rested "the site is for oneself alone" runs_for_oneself_alone
	check_rested "an uninstalled system leaves nginx and the store" \
	    uninstalls
	check_rested "a purged system leaves nothing" purges
	container_done
}

if [ "${CONTAINER-}" = inside ]; then
	run_inside
else
	container_run install_system
fi
