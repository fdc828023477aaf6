# check.sh: how a test that is a shell script tells what is true.  Source it after
# `said` is set, the file for what a command says; `failed` is 1 in the end if a
# sentence was not true.
# shellcheck shell=sh

failed=0

# check SENTENCE COMMAND...: the sentence is true if the command succeeds.
check() {
	check_sentence=$1
	shift
	# shellcheck disable=SC2154 # the test sets it
	if "$@" >"$said" 2>&1; then
		echo "ok - $check_sentence"
	else
		echo "not ok - $check_sentence"
		sed 's/^/# /' "$said"
		# shellcheck disable=SC2034 # the test ends with it
		failed=1
	fi
}
