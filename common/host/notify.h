/*
 * notify: tell the supervisor that this process serves.
 *
 * The protocol is that of sd_notify(3): a datagram READY=1 to the socket that
 * NOTIFY_SOCKET names, by its path, or behind '@' in the abstract namespace.
 * Who was started without one tells nobody.  A message that cannot be sent is
 * lost: the supervisor waits, and says what it waits for.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#define NOTIFY_READY "READY=1"

void notify_ready(void);

#endif
