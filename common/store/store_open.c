#include "store/store_open.h"

#include "store/store_azure.h"
#include "store/store_fs.h"

int
store_open(
    const struct store_options *options, struct store **out, struct err *err)
{
	if (options->azure_conn != NULL)
		return store_azure_open(options, out, err);
	return store_fs_open(options, out, err);
}
