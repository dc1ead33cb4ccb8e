#include "common.h"

#include <stdio.h>
#include <stdlib.h>

void die(const char *what, const char *where)
{
    fprintf(stderr, "media_floor: %s: %s\n", where, what);
    exit(1);
}

void *grown(void *items, int count, size_t size)
{
    items = realloc(items, (size_t)count * size);
    if (!items)
        die("not enough memory", "growing");
    return items;
}
