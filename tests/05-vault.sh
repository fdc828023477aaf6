#!/bin/sh
#
# scripts/make-vault and scripts/shift-vault: what they write.
# Sentences are checked by functions that are called by name.
# shellcheck disable=SC2317,SC2015
set -u
export LC_ALL=C
unset CODEX_TZ

top=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/codex-vault-XXXXXX") || exit 1
said=$scratch/out
. "$top/tests/check.sh"
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

refuses()
{
	! "$@"
}

make_vault()
{
	"$top/scripts/make-vault" "$@"
}

shift_vault()
{
	"$top/scripts/shift-vault" "$@"
}

# --- make-vault -----------------------------------------------------------

same_seed_same_bytes()
{
	make_vault --seed 7 --users 2 --tasks 300 "$scratch/a" &&
	    make_vault --seed 7 --users 2 --tasks 300 "$scratch/b" &&
	    diff -r "$scratch/a" "$scratch/b"
}

another_seed_other_bytes()
{
	make_vault --seed 8 --users 2 --tasks 300 "$scratch/c" &&
	    ! diff -rq "$scratch/a" "$scratch/c"
}

a_known_seed_gives_known_bytes()
{
	sum=$(cd "$scratch/a" && find . -type f | sort | xargs -d '\n' cat |
	    cksum) && [ "$sum" = "3510835671 141067" ] ||
	    { echo "is $sum"; return 1; }
}

more_users_leave_the_first_alone()
{
	make_vault --seed 7 --users 28 --tasks 300 "$scratch/d" &&
	    diff -r "$scratch/a/codex-miroir/usera" \
		"$scratch/d/codex-miroir/usera" &&
	    [ -d "$scratch/d/codex-miroir/userz" ] &&
	    [ -d "$scratch/d/codex-miroir/userab" ]
}

names_are_task_names()
{
	ls "$scratch/a/codex-miroir/usera/tasks" >"$scratch/names"
	[ "$(wc -l <"$scratch/names")" -eq 300 ] &&
	    ! grep -Evx '[0-9]{4}(-[^ /]+)?\.md' "$scratch/names" &&
	    [ "$(cut -c1-4 "$scratch/names" | sort -u | wc -l)" -eq 300 ]
}

# has PATTERN: a file of the vault has a line like that.
has()
{
	grep -rqE "$1" "$scratch/d" || { echo "no file has $1"; return 1; }
}

odd_styles_occur()
{
	cr=$(printf '\r') bom=$(printf '\357\273\277')
	has "^typ: task$cr\$" && has "^$bom---" && has '^# von Hand' &&
	    has '  # Stand$' && has '^  - datum: ' && has '^  - team' &&
	    has 'fixedSlot: null' && has 'fixedSlot: \{datum' &&
	    has '^kategorie: "arbeit"' && has '^kategorie: privat' &&
	    has '^status: abgeschlossen' && has '^status: abgebrochen' &&
	    has '^abgeschlossen_am:' && has '^deadline: '
}

the_share_of_open_tasks_is_an_option()
{
	make_vault --users 1 --tasks 50 --open 100 "$scratch/all" &&
	    make_vault --users 1 --tasks 50 --open 0 "$scratch/none" &&
	    [ "$(grep -rlE '^status: "?offen' "$scratch/all" | wc -l)" -eq 50 ] &&
	    ! grep -rqE '^status: "?offen' "$scratch/none"
}

five_thousand_tasks_take_seconds()
{
	begin=$(date +%s)
	make_vault --users 1 --tasks 5000 "$scratch/large" &&
	    [ $(($(date +%s) - begin)) -le 10 ] &&
	    [ "$(find "$scratch/large" -type f | wc -l)" -eq 5000 ]
}

check 'the same seed gives the same bytes' same_seed_same_bytes
check 'another seed gives others' another_seed_other_bytes
check 'a known seed gives the known bytes' a_known_seed_gives_known_bytes
check 'more users leave the first ones alone' more_users_leave_the_first_alone
check 'all names are names of tasks, each number once' names_are_task_names
check 'odd styles occur' odd_styles_occur
check 'the share of open tasks is an option' the_share_of_open_tasks_is_an_option
check '5000 tasks take seconds' five_thousand_tasks_take_seconds
check 'a vault is not written over' refuses make_vault "$scratch/a"
check 'numbers end at 9999' refuses make_vault --tasks 10001 "$scratch/no"
check 'an unknown option is refused' refuses make_vault --x 1 "$scratch/no"

# --- shift-vault ----------------------------------------------------------

sample=$top/tests/data/vault
edge=codex-miroir/edge/tasks

# moved FROM TO DATE: a deadline FROM is TO when DATE is today.
moved()
{
	rm -rf "$scratch/from" "$scratch/to"
	mkdir "$scratch/from"
	printf -- '---\ndeadline: %s\n---\n' "$1" >"$scratch/from/0001.md"
	shift_vault "$scratch/from" "$scratch/to" "$3" &&
	    grep -qx "deadline: $2" "$scratch/to/0001.md" || {
		echo "$1 should be $2 on $3, but is:"
		cat "$scratch/to/0001.md"
		return 1
	}
}

the_week_decides()
{
	moved 26.11.2026 26.11.2026 22.11.2026 &&
	    moved 26.11.2026 26.11.2026 28.11.2026 &&
	    moved 26.11.2026 03.12.2026 29.11.2026 &&
	    moved 26.11.2026 19.11.2026 21.11.2026 &&
	    moved 26.11.2026 19.11.2026 15.11.2026 &&
	    moved 26.11.2026 12.11.2026 14.11.2026
}

months_years_and_leap_days_are_passed()
{
	moved 26.11.2026 31.12.2026 27.12.2026 &&
	    moved 26.11.2026 07.01.2027 03.01.2027 &&
	    moved 24.11.2026 29.02.2028 27.02.2028 &&
	    moved 25.11.2026 01.03.2028 27.02.2028 &&
	    moved 01.12.2026 07.03.2028 27.02.2028 &&
	    moved 29.02.2024 30.11.2023 23.08.2026 &&
	    moved 28.11.2026 27.02.2100 21.02.2100 &&
	    moved 30.11.2026 01.03.2100 21.02.2100
}

# Against another calendar: that of date(1).
random_dates_agree_with_date()
{
	ref=$(date -u -d 2026-11-22 +%s)
	n=0
	while [ "$n" -lt 40 ]; do
		n=$((n + 1))
		from=$(date -u -d "@$((ref + n * 8123 * 10800))" +%d.%m.%Y)
		weeks=$((n * n * 3 % 700 - 300))
		at=$((ref + weeks * 604800))
		to=$(date -u -d "@$((ref + n * 8123 * 10800 + weeks * 604800))" \
		    +%d.%m.%Y)
		moved "$from" "$to" "$(date -u -d "@$at" +%d.%m.%Y)" || return 1
	done
}

what_is_no_date_stays()
{
	for text in 31.02.2027 29.02.2027 00.11.2026 22.13.2026 22.11.26 \
	    122.11.2026 22.11.20261 01.01.0000 31.12.9999 2026-11-22; do
		moved "$text" "$text" 29.11.2026 || return 1
	done
}

its_own_week_changes_nothing()
{
	shift_vault "$sample" "$scratch/same" 22.11.2026 &&
	    diff -r "$sample" "$scratch/same"
}

a_year_later()
{
	shift_vault "$sample" "$scratch/later" 21.11.2027
}

only_dates_in_front_matter_differ()
{
	diff -r "$sample" "$scratch/later" | grep '^[<>]' >"$scratch/lines"
	[ -s "$scratch/lines" ] &&
	    ! grep -Ev "^[<>] +(- )?(datum|deadline): '?[0-9]{2}\.[0-9]{2}\.[0-9]{4}'?\$" \
		"$scratch/lines"
}

names_are_the_same()
{
	(cd "$sample" && find . -type f | sort) >"$scratch/before"
	(cd "$scratch/later" && find . -type f | sort) >"$scratch/after"
	cmp "$scratch/before" "$scratch/after" &&
	    ls "$scratch/later/$edge"/0016-Umlaute-äöüß-und-🎯.md
}

foreign_bytes_stay()
{
	rm -rf "$scratch/odd" "$scratch/odd2"
	mkdir "$scratch/odd"
	printf '\357\273\277---\r\ndeadline: 30.11.2026\r\n# gr\374n\r\n---\r\n\r\nbis 30.11.2026\r\n' \
	    >"$scratch/odd/0001-Gr$(printf '\374')n.md"
	printf '\357\273\277---\r\ndeadline: 07.12.2026\r\n# gr\374n\r\n---\r\n\r\nbis 30.11.2026\r\n' \
	    >"$scratch/want"
	shift_vault "$scratch/odd" "$scratch/odd2" 29.11.2026 &&
	    cmp "$scratch/want" "$scratch/odd2"/0001-*.md
}

without_front_matter_nothing_moves()
{
	rm -rf "$scratch/plain" "$scratch/plain2"
	mkdir "$scratch/plain"
	printf 'am 30.11.2026\n---\nam 30.11.2026\n---\n' >"$scratch/plain/a.md"
	printf -- '---\ndeadline: 30.11.2026\n' >"$scratch/plain/open.md"
	printf -- '---\ndeadline: 30.11.2026\n---\n' >"$scratch/plain/a.txt"
	printf -- '---js\ndeadline: 30.11.2026\n---\n' >"$scratch/plain/js.md"
	: >"$scratch/plain/empty.md"
	shift_vault "$scratch/plain" "$scratch/plain2" 29.11.2026 &&
	    diff -r "$scratch/plain" "$scratch/plain2"
}

links_are_left_out()
{
	mkdir -p "$scratch/linked/.git"
	echo secret >"$scratch/secret"
	: >"$scratch/linked/.git/config"
	: >"$scratch/linked/a.md"
	ln -s "$scratch/secret" "$scratch/linked/b.md"
	ln -s "$scratch" "$scratch/linked/c"
	shift_vault "$scratch/linked" "$scratch/linked2" &&
	    [ "$(cd "$scratch/linked2" && find .)" = ".
./a.md" ]
}

# Whatever day this is: the Thursday of the sample is that of this week.
today_is_the_default()
{
	today=$(TZ=Europe/Berlin date +%w)
	want=$(TZ=Europe/Berlin date -d "$((4 - today)) days 12:00" +%d.%m.%Y)
	shift_vault "$sample" "$scratch/now" &&
	    grep -q "datum: $want" "$scratch/now/$edge"/0003-*.md ||
	    { echo "no $want"; cat "$scratch/now/$edge"/0003-*.md; return 1; }
}

check 'the week of a date decides, Sunday to Saturday' the_week_decides
check 'months, years and leap days are passed' \
    months_years_and_leap_days_are_passed
check 'random dates agree with date(1)' random_dates_agree_with_date
check 'what is no date stays' what_is_no_date_stays
check 'its own week changes nothing' its_own_week_changes_nothing
check 'the sample moves by a year' a_year_later
check 'only dates in the front matter differ' only_dates_in_front_matter_differ
check 'names stay, umlauts and emoji too' names_are_the_same
check 'BOM, CRLF and Latin-1 stay' foreign_bytes_stay
check 'without front matter nothing moves' without_front_matter_nothing_moves
check 'links and .git are left out' links_are_left_out
check 'today is the default' today_is_the_default
check 'a folder with files is not written to' \
    refuses shift_vault "$sample" "$scratch/later"
check 'a date that is none is refused' \
    refuses shift_vault "$sample" "$scratch/no" 31.02.2027
check 'a vault that is not there is refused' \
    refuses shift_vault "$scratch/nowhere" "$scratch/no"

exit $failed
