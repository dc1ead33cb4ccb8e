// What all parts of media_floor need.
#pragma once

#include <stddef.h>

// Says what is wrong, and where, and ends the program.
_Noreturn void die(const char *what, const char *where);

// Memory for `count` items of `size` bytes, with what `items` held.
void *grown(void *items, int count, size_t size);
