/*
 * cmd_tasks: `codex week`, `list`, `add`, `done` and `move`, a person's tasks in
 * a shell, over the HTTP API of a running system (client.h).
 *
 * What a task file says is shown without characters that could move a terminal.
 * A task is named by its number or its file name without `.md`; what changes one
 * goes to the file that was just read, by its name and ETag, so that it never
 * reaches another that has got the number meanwhile.
 *
 * Error handling: a sentence on standard error, and an exit status: 0 done, 1
 * refused or not reached, 2 called in a wrong way.
 */
#ifndef CMD_TASKS_H
#define CMD_TASKS_H

int cmd_tasks_week(int argc, char **argv);
int cmd_tasks_list(int argc, char **argv);
int cmd_tasks_add(int argc, char **argv);
int cmd_tasks_done(int argc, char **argv);
int cmd_tasks_move(int argc, char **argv);

#endif
