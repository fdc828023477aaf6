#include "inspect/doctor_redis.h"

#include "base/findings.h"
#include "base/msg.h"
#include "redis/redis.h"
#include "site/site.h"

void
doctor_redis(const struct app *app, struct findings *found)
{
	enum redis_state state;
	struct msg msg;

	if (app->site == NULL)
		return;
	state = site_try(app->site);
	if (state == REDIS_UP)
		return;
	msg_set(&msg, state == REDIS_DOWN ? MSG_DOCTOR_REDIS_DOWN
					  : MSG_DOCTOR_REDIS_FULL);
	msg_value(&msg, "%s", redis_why(app->site->redis));
	findings_add(found, FINDING_WARN, "redis", "REDIS_URL", &msg);
}
