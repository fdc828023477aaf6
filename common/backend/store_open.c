#include "backend/store_open.h"

#include "backend/store_azure.h"
#include "backend/store_fs.h"

int
store_open(
    const struct store_options *options, struct store **out, struct err *err)
{
	if (options->azure_conn != NULL)
		return store_azure_open(options, out, err);
	return store_fs_open(options, out, err);
}
