#!/bin/bash
# group: operate
# The Debian package in what takes long, so with --long: the same bytes from
# different surroundings, for arm64, and on Debian 13 all that 29-package.sh does.
# Takes root.
# Sentences are checked by functions that are called by name.
# shellcheck disable=SC2317
set -u
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)

if [ -z "${T_LONG-}" ] || [ "$(id -u)" -ne 0 ]; then
	echo "ok - other Debians take --long, and root # SKIP"
	exit 0
fi
# Of one commit, even if somebody goes on meanwhile.
package=("$top/scripts/package" --commit "$(git -C "$top" rev-parse HEAD)")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/codex-releases-XXXXXX")
said=$scratch/said
. "$top/tests/check.sh"
trap 'rm -rf "$scratch"' EXIT

# The second time in another folder, zone, language and mask.
same_bytes() {
	"${package[@]}" "$scratch/first" && mkdir "$scratch/other" || return 1
	(
		umask 077
		TMPDIR=$scratch/other TZ=Pacific/Apia LC_ALL=de_DE.UTF-8 \
		    DEB_BUILD_OPTIONS=parallel=1 \
		    "${package[@]}" "$scratch/second"
	) && diff -r "$scratch/first" "$scratch/second"
}

# Its programs are for that machine, all else is what this one's package has.
builds_for_arm64() {
	"${package[@]}" --arch arm64 "$scratch/arm64" &&
	    lintian --no-cfg --fail-on error,warning "$scratch/arm64"/*.deb &&
	    dpkg-deb -x "$scratch/arm64"/*.deb "$scratch/theirs" &&
	    dpkg-deb -x "$scratch/first"/*.deb "$scratch/ours" &&
	    readelf -h "$scratch/theirs/usr/bin/codex" | grep 'Machine: *AArch64' &&
	    [ "$(diff -rq "$scratch/ours" "$scratch/theirs" |
		grep -cv '/usr/\(bin\|libexec\)/codex')" -eq 0 ] &&
	    [ "$(find "$scratch/theirs" -type f | wc -l)" -eq \
		"$(find "$scratch/ours" -type f | wc -l)" ]
}

# In the root that it was built in, which has what it takes of that machine's
# packages, or finds it.
serves_a_week_by_emulation() {
	local release

	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	mkdir "$scratch/source" &&
	    cp -r "$top/scripts/debian" "$scratch/source/debian" &&
	    cp "$top/tests/serve-once.sh" "$scratch/" &&
	    "$top/scripts/debian-root" "$release" arm64 "$scratch/source" sh -ec '
		apt-get -q install -y --simulate --no-install-recommends \
		    /build/arm64/*.deb
		sh /build/serve-once.sh /build/theirs qemu-aarch64 -L /' \
		>"$scratch/week" || return 1
	cat "$scratch/week"
	grep '^Inst codex-miroir:arm64 ' "$scratch/week" &&
	    grep '"timeline":.*"title":"Unterwegs"' "$scratch/week"
}

check "a commit gives the same bytes twice" same_bytes
check "the package is cross-built for arm64" builds_for_arm64
check "what is built for arm64 can be installed, and serves a week" \
    serves_a_week_by_emulation
CODEX_RELEASE=trixie "$top/tests/29-package.sh" || failed=1
[ "$failed" -eq 0 ]
