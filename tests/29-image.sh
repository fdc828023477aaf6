#!/bin/bash
# group: operate
# The image of scripts/container and the two containers of its compose.yaml: with
# --long, where podman or docker runs containers of Debian 12.
#
# CODEX_ENGINE is the engine with options of its own, CODEX_ENGINE_RUN are those
# of its `run`, CODEX_BASE is the image of Debian 12.
# Sentences are checked by functions that are called by name.
# shellcheck disable=SC2317
set -u
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
slow=${TEST_SLOW:-3}
export CODEX_ENGINE=${CODEX_ENGINE:-$(command -v podman || command -v docker)}
export CODEX_BASE=${CODEX_BASE:-docker.io/library/debian:12-slim}
export CODEX_IMAGE=localhost/codex-miroir-test-$$
read -ra engine <<<"$CODEX_ENGINE"
read -ra run_options <<<"${CODEX_ENGINE_RUN-}"

skip() {
	echo "ok - the image is not made here: $1 # SKIP"
	exit 0
}

[ -n "${T_LONG-}" ] || skip "it takes --long"
[ ${#engine[@]} -gt 0 ] || skip "neither podman nor docker is here"
"${engine[@]}" run --rm --network none ${run_options[@]+"${run_options[@]}"} \
    "$CODEX_BASE" true >/dev/null 2>&1 || skip "$CODEX_ENGINE runs nothing"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/codex-image-XXXXXX")
said=$scratch/said
. "$top/tests/check.sh"
name=codex-$$
trap 'finish' EXIT
trap 'exit 1' HUP INT TERM

finish() {
	{
		"${engine[@]}" rm -f "$name-programs" "$name-web"
		"${engine[@]}" volume rm "$name-store" "$name-secrets" "$name-run"
		"${engine[@]}" rmi "$CODEX_IMAGE"
		rm -rf "$scratch"
	} >/dev/null 2>&1
}

# options_of SERVICE: what compose.yaml says of it, as options of `run`, one to
# a line, and its command.
options_of() {
	python3 - "$top/scripts/container/compose.yaml" "$1" "$name" <<-'EOT'
		import sys, yaml
		file, service, name = sys.argv[1:]
		s = yaml.safe_load(open(file))["services"][service]
		known = {"image", "command", "env_file", "restart", "read_only",
		         "cap_drop", "security_opt", "stop_grace_period", "volumes",
		         "tmpfs", "depends_on", "ports"}
		assert set(s) <= known, set(s) - known
		if s["read_only"]:
		    print("--read-only")
		for key, option in (("cap_drop", "cap-drop"), ("tmpfs", "tmpfs"),
		                    ("security_opt", "security-opt")):
		    for value in s.get(key, []):
		        print(f"--{option}={value}")
		for volume in s["volumes"]:
		    print(f"--volume={name}-{volume}")
	EOT
}

# start SERVICE: the container, with the settings of this test.
start() {
	local options

	mapfile -t options < <(options_of "$1")
	[ ${#options[@]} -gt 3 ] &&
	    "${engine[@]}" run -d --name "$name-$1" --network host \
		${run_options[@]+"${run_options[@]}"} "${options[@]}" \
		-e CODEX_AUTH=local:usera \
		-e CODEX_BASE_URL=http://127.0.0.1:8080 "$CODEX_IMAGE" "$1"
}

ask() {
	curl -s --noproxy '*' --max-time 20 "http://127.0.0.1:8080$1" "${@:2}"
}

answers() {
	local i

	for ((i = 0; i < 100 * slow; i++)); do
		[ "$(ask /healthz)" != '{"ok":true}' ] || return 0
		sleep 0.1
	done
	"${engine[@]}" logs "$name-programs"
	"${engine[@]}" logs "$name-web"
	return 1
}

has_no_secret() {
	[ -z "$("${engine[@]}" run --rm --network none --entrypoint find \
	    ${run_options[@]+"${run_options[@]}"} "$CODEX_IMAGE" \
	    /etc/credstore /var/lib/codex-secrets /run/codex-miroir \
	    /var/lib/codex-miroir -type f)" ]
}

serves() {
	start programs && start web && answers &&
	    ask / | grep -F 'Codex Miroir' &&
	    ask /api/tasks -H 'Content-Type: application/json' \
		-H 'Origin: http://127.0.0.1:8080' \
		-d '{"kategorie":"privat","title":"Brot"}' | grep '"ok":true'
}

ends() {
	"${engine[@]}" stop -t 80 "$name-programs" &&
	    [ "$("${engine[@]}" inspect -f '{{.State.ExitCode}}' \
		"$name-programs")" -eq 0 ]
}

# Both anew, on the same volumes.
keeps_tasks() {
	"${engine[@]}" rm -f "$name-programs" "$name-web" && start web &&
	    start programs && answers && ask /api/tasks | grep '"title":"Brot"'
}

check "an image is made of the package" "$top/scripts/container/make-image"
check "an image has no secret" has_no_secret
check "two containers serve the site" serves
check "the programs end when they are told to" ends
check "new containers find the tasks" keeps_tasks
[ "$failed" -eq 0 ]
