/*
 * doctor_host: what root sees of nginx and of the files with secrets.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/std.h"
#include "inspect/doctor_host.h"
#include "t.h"

static char bin[300], store[300], settings[400], proof[400];

/* Put a script in the place of a command. */
static void
put_command(const char *name, const char *script)
{
	char path[400];
	FILE *f;

	snprintf(bin, sizeof bin, "%s/bin", t_scratch());
	(void)!mkdir(bin, 0700);
	snprintf(path, sizeof path, "%s/%s", bin, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "#!/bin/sh\n%s\n", script);
	ck_assert_int_eq(fchmod(fileno(f), 0700), 0);
	fclose(f);
	setenv("PATH", bin, 1);
}

/* The same for nginx, where systemd does not run. */
static void
put_nginx(const char *script)
{
	put_command("nginx", script);
	put_command(
	    "systemctl", "echo 'codex-miroir-no@1.service' >&2; exit 1");
}

static void
put_file(const char *path, mode_t mode)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fchmod(fileno(f), mode), 0);
	fclose(f);
}

static void
put_secret(const char *name, mode_t mode)
{
	char path[400];

	snprintf(store, sizeof store, "%s/credstore", t_scratch());
	(void)!mkdir(store, 0700);
	snprintf(path, sizeof path, "%s/%s", store, name);
	put_file(path, mode);
}

/* Settings and nginx's file with the proof, as they are installed. */
static void
put_settings(void)
{
	char folder[350];

	snprintf(folder, sizeof folder, "%s/etc", t_scratch());
	(void)!mkdir(folder, 0755);
	snprintf(settings, sizeof settings, "%s/settings.env", folder);
	snprintf(proof, sizeof proof, "%s/proof.conf", folder);
	put_file(settings, 0644);
	put_file(proof, 0600);
}

/* Expect one finding with that code and text in it, or none with NULL. */
static void
expect(const char *code, const char *words)
{
	const struct doctor_host_places places = {.secrets = store,
	    .settings = *settings != '\0' ? settings : NULL,
	    .proof = *proof != '\0' ? proof : NULL};
	struct findings found = FINDINGS_INIT;
	char text[MSG_TEXT_MAX];

	if (geteuid() != 0)
		return; /* there is nothing to see */
	doctor_host_as_root(&places, &found);
	ck_assert_uint_eq(found.n, code != NULL ? 1 : 0);
	if (code != NULL) {
		ck_assert_str_eq(found.items[0].code, code);
		ck_assert_ptr_nonnull(
		    strstr(msg_text(&found.items[0].msg, text), words));
	}
	findings_release(&found);
}

START_TEST(sound_files_and_a_sound_nginx_are_no_finding)
{
	put_secret("codex-miroir.GITHUB_TOKEN", 0600);
	put_secret("of-somebody-else", 0644);
	put_nginx("exit 0");
	expect(NULL, NULL);
}
END_TEST

START_TEST(a_secret_that_others_can_read_is_found)
{
	put_nginx("exit 0");
	put_secret("codex-miroir.GITHUB_TOKEN", 0640);
	expect("rechte", "credstore/codex-miroir.GITHUB_TOKEN");
}
END_TEST

START_TEST(settings_that_others_can_change_are_found)
{
	char folder[350];

	put_nginx("exit 0");
	put_secret("codex-miroir.GITHUB_TOKEN", 0600);
	put_settings();
	expect(NULL, NULL);

	ck_assert_int_eq(chmod(settings, 0646), 0);
	expect("rechte", "etc/settings.env");
	ck_assert_int_eq(chmod(settings, 0644), 0);

	snprintf(folder, sizeof folder, "%s/etc", t_scratch());
	ck_assert_int_eq(chmod(folder, 0757), 0);
	expect("rechte", "/etc ");
	ck_assert_int_eq(chmod(folder, 0755), 0);

	ck_assert_int_eq(chmod(store, 0703), 0);
	expect("rechte", "credstore ");
	ck_assert_int_eq(chmod(store, 0700), 0);

	ck_assert_int_eq(chmod(proof, 0640), 0);
	expect("rechte", "proof.conf");
}
END_TEST

START_TEST(what_nginx_does_not_take_is_told_in_its_words)
{
	put_secret("codex-miroir.GITHUB_TOKEN", 0600);
	put_nginx("echo 'nginx: [warn] x' >&2\n"
		  "echo 'nginx: [emerg] unknown directive \"listn\"' >&2\n"
		  "exit 1");
	expect("nginx", "[emerg] unknown directive \"listn\"");
}
END_TEST

START_TEST(a_host_without_nginx_is_no_finding)
{
	put_secret("codex-miroir.GITHUB_TOKEN", 0600);
	put_nginx("");
	setenv("PATH", store, 1);
	expect(NULL, NULL);
}
END_TEST

START_TEST(each_worker_that_was_given_up_is_told)
{
	put_secret("codex-miroir.GITHUB_TOKEN", 0600);
	put_nginx("exit 0");
	put_command("systemctl",
	    "echo 'codex-miroir-render@1.service loaded failed failed render'");
	expect("programm", "codex-miroir-render@1.service ");
	put_command("systemctl", "exit 0");
	expect(NULL, NULL);
}
END_TEST

T_MAIN("doctor", sound_files_and_a_sound_nginx_are_no_finding,
    a_secret_that_others_can_read_is_found,
    settings_that_others_can_change_are_found,
    what_nginx_does_not_take_is_told_in_its_words,
    a_host_without_nginx_is_no_finding, each_worker_that_was_given_up_is_told)
