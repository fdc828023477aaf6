#include "store/store.h"

#include "base/clock.h"
#include "base/enc.h"
#include "base/std.h"

struct store {
	const struct store_backend *backend;
	void *self;
	store_watch_fn *watch;
	void *watch_arg;
	store_before_fn *before;
	void *before_arg;
	unsigned round;
	int64_t deadline_ms; /* STORE_NO_END: none */
	int stall_ms;        /* 0: none */
	int64_t stalled_ms;  /* when that is over */
	int patience_ms;     /* 0: none */
	int64_t silent_ms;   /* until then batches fail at once */
};

struct store *
store_new(const struct store_backend *backend, void *self)
{
	struct store *store = std_zalloc(sizeof *store);

	store->backend = backend;
	store->self = self;
	store_set_deadline(store, 0);
	return store;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;

	store->backend->close(store->self);
	free(store);
}

void
store_watch(struct store *store, store_watch_fn *fn, void *arg)
{
	store->watch = fn;
	store->watch_arg = arg;
}

void
store_before(struct store *store, store_before_fn *fn, void *arg)
{
	store->before = fn;
	store->before_arg = arg;
}

void
store_set_deadline(struct store *store, int64_t until_ms)
{
	store->deadline_ms = until_ms != 0 ? until_ms : STORE_NO_END;
	store->stall_ms = 0;
	store->stalled_ms = STORE_NO_END;
}

void
store_set_stall(struct store *store, int64_t now_ms, int stall_ms)
{
	store->stall_ms = stall_ms;
	store->stalled_ms = now_ms + stall_ms;
}

static int64_t
next_deadline(const struct store *store)
{
	return store->deadline_ms < store->stalled_ms ? store->deadline_ms
						      : store->stalled_ms;
}

int
store_time_left(const struct store *store, int most_ms)
{
	int64_t left = next_deadline(store) - clock_monotonic_ms();

	if (left >= most_ms)
		return most_ms;
	return left > 0 ? (int)left : 0;
}

void
store_set_patience(struct store *store, int patience_ms)
{
	store->patience_ms = patience_ms;
}

bool
store_is_silent(const struct store *store)
{
	return store->silent_ms > 0 && clock_monotonic_ms() < store->silent_ms;
}

bool
store_takes_notes(const struct store *store)
{
	return store->backend->takes_notes;
}

const char *
store_kind(const struct store *store)
{
	return store->backend->kind;
}

static bool
is_segment_ok(const char *s, size_t len)
{
	return len >= 1 && len <= 255 && s[0] != '.' &&
	       memchr(s, '\\', len) == NULL && !enc_has_control(s, len);
}

bool
store_segment_ok(const char *s)
{
	size_t len = 0;

	/* Most are plain ASCII, and there are thousands to look at. */
	while (s[len] > ' ' && s[len] < 0x7f && s[len] != '/' && s[len] != '\\')
		len++;
	if (s[len] == '\0')
		return len >= 1 && len <= 255 && s[0] != '.';
	len = strlen(s);
	return memchr(s, '/', len) == NULL && enc_is_utf8(s, len) &&
	       is_segment_ok(s, len);
}

bool
store_key_ok(const char *key)
{
	size_t len = strlen(key);
	const char *end;

	if (len > STORE_KEY_MAX || !enc_is_utf8(key, len))
		return false;

	while ((end = strchr(key, '/')) != NULL) {
		if (!is_segment_ok(key, (size_t)(end - key)))
			return false;
		key = end + 1;
	}
	return is_segment_ok(key, strlen(key));
}

/* Return true if the text becomes a key when a fitting rest is appended. */
static bool
is_prefix_ok(const char *prefix)
{
	struct buf b = BUF_INIT;
	bool ok;

	buf_adds(&b, prefix);
	buf_addc(&b, 'x');
	ok = store_key_ok(b.s);
	buf_release(&b);
	return ok;
}

/* Return true if the text has the characters of an ETag alone: it goes into a
 * header, which no other character may end. */
static bool
is_etag_ok(const char *etag)
{
	size_t len;

	if (etag == NULL)
		return false;

	len = strlen(etag);
	for (; *etag != '\0'; etag++)
		if (*etag <= ' ' || *etag >= 0x7f || *etag == '"')
			return false;
	return len >= 1 && len <= 200;
}

static bool
is_cond_ok(const struct store_op *op)
{
	switch (op->cond) {
	case STORE_ALWAYS:
		return true;
	case STORE_IF_MATCH:
		return (op->verb == STORE_VERB_PUT ||
			   op->verb == STORE_VERB_REMOVE) &&
		       is_etag_ok(op->etag);
	case STORE_IF_NEW:
		return op->verb == STORE_VERB_PUT;
	case STORE_IF_CHANGED:
		return op->verb == STORE_VERB_GET &&
		       (op->etag == NULL || op->etag[0] == '\0' ||
			   is_etag_ok(op->etag));
	}
	return false;
}

/* Return true if the text can stand in a header. */
static bool
is_note_ok(const char *note)
{
	size_t len;

	for (len = 0; note != NULL && note[len] != '\0'; len++)
		if (len == STORE_NOTE_MAX || note[len] <= ' ' ||
		    note[len] >= 0x7f)
			return false;
	return true;
}

static bool
is_list_ok(const struct store_list *list, const char *prefix)
{
	return list != NULL && list->n == 0 && is_prefix_ok(prefix) &&
	       (list->told_by == NULL || store_key_ok(list->told_by));
}

static bool
is_op_ok(const struct store_op *op)
{
	if (op->key == NULL || !is_cond_ok(op) || op->len > STORE_BLOB_MAX)
		return false;
	if (op->verb == STORE_VERB_LIST)
		return is_list_ok(op->list, op->key);
	return store_key_ok(op->key) && is_note_ok(op->put_note);
}

struct err *
store_fail(struct store_op *op)
{
	op->result = STORE_FAILED;
	err_set(&op->err, ERR_STORE, MSG_STORE_FAILS);
	return &op->err;
}

bool
store_only_barred(const struct store_op *ops, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (ops[i].result == STORE_FAILED && !ops[i].barred)
			return false;
	return true;
}

static void
reset_op(struct store_op *op)
{
	op->result = STORE_OK;
	op->err.code = ERR_NONE;
	op->barred = false;
	op->requests = 0;
	op->gets = 0;
	op->us = 0;
	op->age_ms = -1;
	buf_reset(&op->body);
	buf_reset(&op->note);
	buf_reset(&op->new_etag);
}

static int
refuse_batch(struct store_op *ops, size_t n, struct err *err)
{
	size_t i;

	err_set(err, ERR_INTERNAL, MSG_STORE_MALFORMED);
	for (i = 0; i < n; i++)
		if (!is_op_ok(&ops[i])) {
			err_detail(err,
			    "op %zu of %zu is malformed: key '%.200s'", i, n,
			    ops[i].key ? ops[i].key : "(null)");
			break;
		}

	for (i = 0; i < n; i++) {
		ops[i].result = STORE_FAILED;
		ops[i].err = *err;
	}
	return -1;
}

const char *
store_verb_name(enum store_verb verb)
{
	switch (verb) {
	case STORE_VERB_GET:
		return "get";
	case STORE_VERB_PUT:
		return "put";
	case STORE_VERB_REMOVE:
		return "remove";
	case STORE_VERB_LIST:
		break;
	}
	return "list";
}

const char *
store_result_name(enum store_result result)
{
	switch (result) {
	case STORE_OK:
		return "ok";
	case STORE_ABSENT:
		return "absent";
	case STORE_UNCHANGED:
		return "unchanged";
	case STORE_EXISTS:
		return "exists";
	case STORE_CHANGED:
		return "changed";
	case STORE_FAILED:
		break;
	}
	return "failed";
}

const char *
store_event_name(const struct store_event *event)
{
	return event->again ? "again" : store_result_name(event->result);
}

static int
compare_items(const void *a, const void *b)
{
	const struct store_item *x = a, *y = b;

	return strcmp(x->key, y->key);
}

/* Sort the list, unless the backend has, and drop keys that stand there twice: a
 * blob that is written while it is listed can turn up on two pages. */
static void
sort_list(struct store_list *list)
{
	size_t i = 1, n = 0;

	while (i < list->n &&
	       strcmp(list->items[i - 1].key, list->items[i].key) < 0)
		i++;
	if (i >= list->n)
		return;

	qsort(list->items, list->n, sizeof *list->items, compare_items);
	for (i = 1; i < list->n; i++)
		if (strcmp(list->items[n].key, list->items[i].key) != 0)
			list->items[++n] = list->items[i];
		else
			free(list->items[i].key);
	list->n = n + 1;
}

/* Return how long the blob is that went one way or the other. */
static size_t
count_bytes(const struct store_op *op)
{
	if (op->verb == STORE_VERB_PUT)
		return op->len;
	if (op->verb == STORE_VERB_GET && op->result == STORE_OK)
		return op->body.len;
	return 0;
}

/* Report the requests of an op, each in a round of its own: the n-th could
 * only be sent after the answer to the one before. */
static void
notify_watch(struct store *store, const struct store_op *op, unsigned round,
    long batch_us)
{
	struct store_event event = {
	    .key = op->key,
	    .result = op->result,
	    .bytes = count_bytes(op),
	    .us = op->us ? op->us : batch_us,
	};
	unsigned i, n = op->requests ? op->requests : 1;

	for (i = 0; i < n; i++) {
		event.verb = i < op->gets ? STORE_VERB_GET : op->verb;
		event.round = round + i;
		event.again = i + 1 < n;
		if (store->watch != NULL)
			store->watch(store->watch_arg, &event);
	}
	if (store->round < event.round)
		store->round = event.round;
}

/* Return when a batch that begins now must have ended; 0: it must not begin. */
static int64_t
end_of_batch(const struct store *store, int64_t now)
{
	int64_t until = next_deadline(store);

	if (store->patience_ms > 0 && until > now + store->patience_ms)
		until = now + store->patience_ms;
	return now < until && now >= store->silent_ms ? until : 0;
}

static void
run_in_time(struct store *store, struct store_op *ops, size_t n)
{
	int64_t began = clock_monotonic_ms();
	int64_t until = end_of_batch(store, began), now;
	bool failed = false;
	size_t i;

	if (until > 0)
		store->backend->run(store->self, ops, n, until);
	for (i = 0; i < n; i++) {
		if (until == 0)
			err_detail(store_fail(&ops[i]),
			    "store: '%.200s': no time is left", ops[i].key);
		failed |= ops[i].result == STORE_FAILED;
	}
	now = clock_monotonic_ms();
	if (!failed && store->stall_ms > 0)
		store->stalled_ms = now + store->stall_ms;
	if (failed && until > 0 && store->patience_ms > 0 &&
	    now - began >= store->patience_ms / 2)
		store->silent_ms = now + 2L * store->patience_ms;
}

static void
finish_list(struct store_op *op)
{
	if (op->result == STORE_FAILED)
		store_list_release(op->list);
	else
		sort_list(op->list);
}

int
store_run(struct store *store, struct store_op *ops, size_t n, struct err *err)
{
	unsigned round = store->round + 1;
	long began = clock_monotonic_us(), us;
	size_t i;
	int rc = 0;

	for (i = 0; i < n; i++)
		if (!is_op_ok(&ops[i]))
			return refuse_batch(ops, n, err);
	if (n == 0)
		return 0;

	if (store->before != NULL)
		store->before(store->before_arg);
	for (i = 0; i < n; i++)
		reset_op(&ops[i]);
	run_in_time(store, ops, n);
	us = clock_monotonic_us() - began;

	for (i = 0; i < n; i++) {
		if (ops[i].verb == STORE_VERB_LIST)
			finish_list(&ops[i]);
		notify_watch(store, &ops[i], round, us);
		if (ops[i].result == STORE_FAILED && rc == 0) {
			*err = ops[i].err;
			rc = -1;
		}
	}
	return rc;
}

int
store_persist(struct store *store, const char *key, struct err *err)
{
	if (store->backend->persist == NULL ||
	    store->backend->persist(store->self, key) == 0)
		return 0;
	err_set(err, ERR_STORE, MSG_STORE_FAILS);
	return err_detail(err, "%s: sync the folder of '%.200s': %s",
	    store->backend->kind, key, strerror(errno));
}

int
store_list(struct store *store, const char *prefix, struct store_list *list,
    struct err *err)
{
	struct store_op op = STORE_LIST(prefix, list);

	return store_run(store, &op, 1, err);
}

void
store_ops_release(struct store_op *ops, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		buf_release(&ops[i].body);
		buf_release(&ops[i].note);
		buf_release(&ops[i].new_etag);
	}
}

void
store_list_clear(struct store_list *list)
{
	while (list->n > 0)
		free(list->items[--list->n].key);
	while (list->n_strange > 0)
		free(list->strange[--list->n_strange].name);
}

void
store_list_release(struct store_list *list)
{
	store_list_clear(list);
	free(list->items);
	free(list->strange);
	*list = (struct store_list)STORE_LIST_INIT;
}

static int
compare_to_item(const void *key, const void *item)
{
	return strcmp(key, ((const struct store_item *)item)->key);
}

const struct store_item *
store_list_find(const struct store_list *list, const char *key)
{
	if (list->n == 0)
		return NULL;
	return bsearch(
	    key, list->items, list->n, sizeof *list->items, compare_to_item);
}

void
store_list_add_strange(
    struct store_list *list, const char *name, enum store_strange_kind kind)
{
	STD_GROW(list->strange, list->n_strange, list->cap_strange);
	list->strange[list->n_strange++] = (struct store_strange){
	    .name = std_strdup(name),
	    .kind = kind,
	};
}

void
store_list_add(struct store_list *list, const struct store_item *item)
{
	struct store_item *copy;
	size_t key = strlen(item->key) + 1, etag = strlen(item->etag) + 1;

	STD_GROW(list->items, list->n, list->cap);
	copy = &list->items[list->n++];
	*copy = *item;
	copy->key = std_alloc(key + etag);
	memcpy(copy->key, item->key, key);
	copy->etag = copy->key + key;
	memcpy(copy->etag, item->etag, etag);
}
