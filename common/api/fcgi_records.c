#include "api/fcgi_records.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include "base/std.h"

#define VERSION       1
#define END_REQUEST   3
#define STDOUT        6
#define HEADER        8
#define END_SIZE      8 /* of its content: status 0, request complete */
#define PARTS         4 /* header, of head and of body, end */
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

static void
print_header(unsigned char *out, int type, unsigned request_id, size_t len)
{
	const unsigned char header[HEADER] = {VERSION, (unsigned char)type,
	    (unsigned char)(request_id >> 8), (unsigned char)request_id,
	    (unsigned char)(len >> 8), (unsigned char)len, 0, 0};

	memcpy(out, header, HEADER);
}

/* Send all, however often the socket takes only a part. */
static int
send_parts(int fd, struct iovec *parts, size_t n)
{
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = n};
	ssize_t sent;

	while (message.msg_iovlen > 0) {
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent == -1)
			return -1;
		while (message.msg_iovlen > 0 &&
		       (size_t)sent >= message.msg_iov->iov_len) {
			sent -= (ssize_t)message.msg_iov->iov_len;
			message.msg_iov++;
			message.msg_iovlen--;
		}
		if (message.msg_iovlen > 0) {
			message.msg_iov->iov_base =
			    (char *)message.msg_iov->iov_base + sent;
			message.msg_iov->iov_len -= (size_t)sent;
		}
	}
	return 0;
}

/* Append the bytes of a part from `at` on, at most `most`, and return how many
 * these are. */
static size_t
add_part(struct iovec *parts, size_t *n, const struct buf *bytes, size_t at,
    size_t most)
{
	size_t len = at < bytes->len ? SMALLER(bytes->len - at, most) : 0;

	if (len > 0)
		parts[(*n)++] = (struct iovec){bytes->s + at, len};
	return len;
}

int
fcgi_records_send(
    int fd, unsigned request_id, const struct buf *head, const struct buf *body)
{
	unsigned char header[HEADER], end[2 * HEADER + END_SIZE] = {0};
	size_t at = 0, total = head->len + body->len, len, of_head, n;
	struct iovec parts[PARTS];

	/* An empty record ends the output, and then the request ends. */
	print_header(end, STDOUT, request_id, 0);
	print_header(end + HEADER, END_REQUEST, request_id, END_SIZE);
	do {
		n = 0;
		len = SMALLER(total - at, FCGI_RECORDS_CONTENT_MAX);
		if (len > 0)
			parts[n++] = (struct iovec){header, HEADER};
		print_header(header, STDOUT, request_id, len);
		of_head = add_part(parts, &n, head, at, len);
		(void)add_part(
		    parts, &n, body, at + of_head - head->len, len - of_head);
		at += len;
		if (at == total)
			parts[n++] = (struct iovec){end, sizeof end};
		if (send_parts(fd, parts, n) == -1)
			return -1;
	} while (at < total);
	return 0;
}
