#!/bin/sh
# serve-once.sh: makes a task, and serves the week with it, by programs that are
# called as CGI scripts.
#
#	serve-once.sh PREFIX COMMAND...
#
# PREFIX/usr/libexec has the programs, COMMAND runs one: an emulator, or env.
set -eu

programs=$1/usr/libexec
shift
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
export CODEX_STORE="fs:$room/store" CODEX_RUN="$room" CODEX_AUTH=local:usera
export CODEX_BASE_URL=http://127.0.0.1

echo '{"kategorie":"privat","title":"Unterwegs"}' |
    REQUEST_METHOD=POST REQUEST_URI=/api/tasks CONTENT_TYPE=application/json \
	HTTP_ORIGIN=$CODEX_BASE_URL "$@" "$programs/codex-create" -1

# nginx would hand on to the program that builds.
export REQUEST_METHOD=GET REQUEST_URI=/codex
"$@" "$programs/codex-render" -1 | tr -d '\r' >"$room/handed"
DOCUMENT_URI=$(sed -n 's/^X-Accel-Redirect: //p' "$room/handed") \
    "$@" "$programs/codex-render" --build -1
