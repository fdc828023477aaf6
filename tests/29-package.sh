#!/bin/bash
# group: operate
# The Debian package: what lintian says of it, and in a system of its own
# (container.sh) installed, used, upgraded and downgraded under load, removed
# and purged.
#
# The version before is the same commit's package with another page, without
# one of the programs, and with one that is no more; with --long there is the
# previous version, too.  CODEX_RELEASE is another Debian than this machine's
# (scripts/package --release).
# Sentences are checked by functions that are called by name.
# shellcheck disable=SC2317
set -u
export LC_ALL=C

. "$(dirname "$0")/container.sh"
before=0.0.1
units=/usr/lib/systemd/system

# --- outside ---------------------------------------------------------------

# make_before DEB FOLDER: the version before.
make_before() {
	local tree=$2/tree
	local lib=$tree$units page=$tree/usr/share/codex-miroir/page

	dpkg-deb -R "$1" "$tree" || return 1
	sed -i "s/^Version: .*/Version: $before/" "$tree/DEBIAN/control"
	echo '.before { color: red; }' >>"$page/nginx/html/style.css"
	echo '# before' >>"$tree/etc/nginx/snippets/codex-miroir/http.conf"
	sed 's/account/gone/g' "$lib/codex-miroir-account.socket" \
	    >"$lib/codex-miroir-gone.socket"
	sed 's/miroir-account/miroir-gone/g' "$lib/codex-miroir-account@.service" \
	    >"$lib/codex-miroir-gone@.service"
	rm "$lib/codex-miroir-account"*
	sed -i 's/miroir-account/miroir-gone/g' "$lib/codex-miroir.target"
	rm "$tree/DEBIAN/md5sums"
	dpkg-deb --root-owner-group -b "$tree" "$2/before.deb" && rm -r "$tree"
}

# make_packages FOLDER: now.deb, before.deb and with --long previous.deb, that of
# the commit in tests/data/previous-version.
make_packages() {
	local package=("$top/scripts/package")

	[ -z "${CODEX_RELEASE-}" ] || package+=(--release "$CODEX_RELEASE")
	"${package[@]}" "$1" && mv "$1"/codex-miroir_*.deb "$1/now.deb" &&
	    make_before "$1/now.deb" "$1" || return 1
	[ -z "${T_LONG-}" ] || {
		"${package[@]}" --commit "$(<"$top/tests/data/previous-version")" \
		    "$1" && mv "$1"/codex-miroir_*.deb "$1/previous.deb"
	}
}

# What another Debian than this machine's lacks.
complete_root() {
	systemd-nspawn -q --register=no --keep-unit --as-pid2 --pipe \
	    --resolv-conf=copy-host -D "$root" sh -ec 'apt-get -q update
		DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
		    --no-install-recommends curl dbus nginx openssl procps \
		    systemd-sysv tzdata'
}

furnish() {
	mv "$packages" "$root/root/debs" && lay_blocks || return 1
	lintian --no-cfg --fail-on error,warning "$root/root/debs/now.deb" \
	    >"$root/root/lintian" 2>&1 || touch "$root/root/lintian-failed"
	[ -z "${CODEX_RELEASE-}" ] || complete_root || return 1
	# A container's host, where this one may be, lets no package start
	# anything.
	rm -f "$root/usr/sbin/policy-rc.d"
}

# --- inside ----------------------------------------------------------------

is_clean() {
	cat /root/lintian
	[ ! -e /root/lintian-failed ]
}

install_deb() {
	DEBIAN_FRONTEND=noninteractive dpkg -i "/root/debs/$1.deb" </dev/null
}

# is_installed VERSION
is_installed() {
	dpkg-query -W -f '${Version} ${db:Status-Status}\n' codex-miroir |
	    grep -x "$1 installed"
}

set_up() {
	set -e
	systemctl start nginx
	install_deb before
	is_installed "$before"
	! systemctl --quiet is-active codex-miroir.target || return 1
	write_settings
	/usr/libexec/codex-site "$host" >/etc/nginx/sites-available/codex-miroir
	ln -s ../sites-available/codex-miroir /etc/nginx/sites-enabled/
	rm -f /etc/nginx/sites-enabled/default
	systemctl enable --now codex-miroir.target
	nginx -t 2>&1 | tee /root/nginx-said
	! grep -F '[warn]' /root/nginx-said || return 1
	systemctl reload nginx
	answers
	write_session /root/cookie-1 usera 4711
	write_session /root/cookie-2 userb 4712
	write_session /root/cookie-3 userc 4713
}

load_it() {
	start_load "$(cat /root/cookie-1)" "$(cat /root/cookie-2)" \
	    "$(cat /root/cookie-3)"
}

# begun: when the first process for weeks was started.
begun() {
	systemctl show -P ExecMainStartTimestampMonotonic codex-miroir-render@1
}

# changes_to NAME VERSION: by that block, under load; other processes serve then.
changes_to() {
	local old

	old=$(begun)
	load_it
	block "$1" || return 1
	ends_load 0 && is_installed "$2" &&
	    [ "$(begun)" != "$old" ]
}

upgrades() {
	cp /root/debs/now.deb /root/codex-miroir_0.2.0+deb12_amd64.deb
	changes_to package-upgrade "$now" || return 1
	! grep -q before /etc/nginx/snippets/codex-miroir/http.conf &&
	    ! ask / | grep -F "$old_page" &&
	    [ "$(ask "$old_page/style.css" -o /dev/null -w '%{http_code}')" = 200 ] &&
	    systemctl is-active codex-miroir-account.socket &&
	    ! systemctl is-active codex-miroir-gone.socket codex-miroir-gone@1
}

downgrades() {
	cp /root/debs/before.deb /root/codex-miroir_0.1.0+deb12_amd64.deb
	changes_to package-downgrade "$before" || return 1
	! systemctl is-active codex-miroir-account.socket &&
	    systemctl is-active codex-miroir-gone.socket &&
	    ask / | grep -F "$old_page"
}

# kill_one UNIT: unless it is between two processes.
kill_one() {
	local pid

	pid=$(systemctl show -P MainPID "codex-miroir-$1")
	[ "$pid" -eq 0 ] || {
		kill -9 "$pid"
		killed=$((killed + 1))
	}
}

takes_turns_with_the_previous() {
	load_it
	install_deb previous && install_deb now && ends_load 0
}

# A killed process takes at most the one request that it had.
upgrades_through_kills() {
	local killed=0 installing

	load_it
	install_deb now &
	installing=$!
	while kill -0 "$installing" 2>/dev/null; do
		kill_one create@1
		kill_one render@2
		sleep 0.3
	done
	echo "killed: $killed"
	wait "$installing" && [ "$killed" -gt 0 ] && ends_load "$killed"
}

# What nginx or the programs would refuse leaves what runs as it was.
keeps_what_runs() {
	local old

	old=$(begun)
	echo 'nonsense;' >/etc/nginx/conf.d/other.conf
	echo CODEX_TZ=Nowhere >>/etc/codex-miroir/settings.env
	install_deb now || return 1
	[ "$(begun)" = "$old" ] && answers || return 1
	rm /etc/nginx/conf.d/other.conf
	sed -i '$d' /etc/codex-miroir/settings.env
	install_deb now && answers && [ "$(begun)" != "$old" ]
}

keeps_tasks() {
	[ -n "$(ls /var/lib/codex-miroir/store/raw/usera/tasks)" ]
}

removes() {
	block package-uninstall && nginx -t && ! pgrep -u codex-miroir || return 1
	[ "$(ask /codex -o /dev/null -w '%{http_code}')" = 503 ] &&
	    keeps_tasks &&
	    [ -s /etc/codex-miroir/settings.env ]
}

comes_back() {
	install_deb now && systemctl start codex-miroir.target && answers &&
	    systemctl is-enabled codex-miroir.target &&
	    ask /api/tasks -H "Cookie: $(cat /root/cookie-1)" | grep '"title":"Last 0'
}

leftovers() {
	find /etc /run /var/log /usr -xdev -not -path "$TOP*" \
	    -not -path '/run/systemd/*' -not -path '/run/host/*' \
	    -name '*codex-miroir*' | grep .
}

purges() {
	block package-purge && nginx -t && ! leftovers &&
	    keeps_tasks &&
	    id codex-miroir
}

purges_the_store_when_told() {
	install_deb now && block package-purge-store && [ ! -e /var/lib/codex-miroir ] && ! id codex-miroir
}

run_inside() {
	now=$(dpkg-deb -f /root/debs/now.deb Version)
	check "lintian finds nothing" is_clean
	check "each block about the package is run" all_blocks_ran \
	    package-upgrade package-downgrade package-uninstall package-purge \
	    package-purge-store
	check "a package is installed and used" set_up
	old_page=$(ask / | grep -o '/v/[0-9a-f]*' | head -n 1)
	check "an upgrade under load loses no request" upgrades
	check "a downgrade under load loses no request" downgrades
	[ -z "${T_LONG-}" ] ||
	    check "so do a downgrade to the version before and an upgrade" \
		takes_turns_with_the_previous
	check "a kill amid an upgrade loses what it had in flight" \
	    upgrades_through_kills
	check "a fault of nginx or settings leaves what runs" keeps_what_runs
	check "a removed package leaves nginx, settings and store" removes
	check "an installation finds them again" comes_back
	check "a purge leaves the store alone" purges
	check "a purge takes the store when told" purges_the_store_when_told
	container_done
}

if [ "${CONTAINER-}" = inside ]; then
	run_inside
else
	container_enter
	[ -n "${CODEX_RELEASE-}" ] || pkg-config --exists hiredis ||
	    container_skip "the package is built with hiredis"
	packages=$(mktemp -d "${TMPDIR:-/tmp}/codex-packages-XXXXXX")
	make_packages "$packages" >&2 || {
		rm -r "$packages"
		exit 1
	}
	[ -z "${CODEX_RELEASE-}" ] ||
	    container_lower=${CODEX_ROOTS:-/var/cache/codex-roots}/$CODEX_RELEASE-$(dpkg --print-architecture)
	container_run furnish
fi
