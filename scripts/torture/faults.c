// Makes calls that write fail, below one folder, as a disk does that is full, broken or read-only.
//
// Built with `cc -shared -fPIC`, put before the C library with LD_PRELOAD. What fails is in the environment:
//
//   TORTURE_BELOW   the folder, with all links resolved; calls on other paths are passed on
//   TORTURE_NAME    only paths with this in them; all when it is not set
//   TORTURE_CALL    write (also pwrite, writev, pwritev), fsync (also fdatasync), rename, open (that makes a file),
//                   ftruncate, mkdir (each also as its "at" kind)
//   TORTURE_FAULT   ENOSPC, EIO, EROFS, or short: half of the bytes are written, which a program must bear
//   TORTURE_FIRST   which call is the first that fails, from 1 on; 0 for none
//   TORTURE_TIMES   how many fail from then on; 0 for all
//   TORTURE_EVERY   of these only one in so many, chosen by TORTURE_SEED; 1 for all
//   TORTURE_COUNTS  a file with six numbers of 8 bytes: how often each kind was called, of all processes together
//   TORTURE_REPORT  a file that gets a line for each call that was made to fail
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WRITE, FSYNC, RENAME, OPEN, FTRUNCATE, MKDIR, KINDS };
static const char *const names[KINDS] = {"write", "fsync", "rename", "open", "ftruncate", "mkdir"};
enum { SHORT = -1 };

static struct {
    const char *below, *name, *report;
    size_t below_length;
    int kind, fault;
    uint64_t first, times, every, seed;
    _Atomic uint64_t *counts;
} plan;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint64_t number(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void set_up(void) {
    static _Atomic uint64_t own[KINDS];
    const char *below = getenv("TORTURE_BELOW"), *call = getenv("TORTURE_CALL"), *fault = getenv("TORTURE_FAULT");
    const char *counts = getenv("TORTURE_COUNTS");
    plan.counts = own;
    plan.kind = -1;
    plan.name = getenv("TORTURE_NAME");
    plan.report = getenv("TORTURE_REPORT");
    for (int kind = 0; call && kind < KINDS; kind++)
        if (strcmp(call, names[kind]) == 0) plan.kind = kind;
    plan.fault = EIO;
    if (fault && strcmp(fault, "ENOSPC") == 0) plan.fault = ENOSPC;
    if (fault && strcmp(fault, "EROFS") == 0) plan.fault = EROFS;
    if (fault && strcmp(fault, "short") == 0) plan.fault = SHORT;
    plan.first = number("TORTURE_FIRST", 0);
    plan.times = number("TORTURE_TIMES", 1);
    plan.every = number("TORTURE_EVERY", 1);
    plan.seed = number("TORTURE_SEED", 1);
    if (counts && *counts) {
        int file = (int)syscall(SYS_openat, AT_FDCWD, counts, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file >= 0 && syscall(SYS_ftruncate, file, (long)sizeof(own)) == 0) {
            void *shared = mmap(NULL, sizeof(own), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            if (shared != MAP_FAILED) plan.counts = shared;
        }
        if (file >= 0) syscall(SYS_close, file);
    }
    // Last, since it lets calls be looked at.
    if (below && *below) {
        plan.below_length = strlen(below);
        plan.below = below;
    }
}

// A well-known mixing of 64 bits (splitmix64, Steele, Lea and Flood 2014), so that the same seed fails the same calls.
static uint64_t mixed(uint64_t value) {
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static void report(const char *call, const char *path, uint64_t count) {
    if (!plan.report) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, plan.report, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return;
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof(line), "%s %llu %s\n", call, (unsigned long long)count, path);
    if (length >= (int)sizeof(line)) length = sizeof(line) - 1;
    if (length > 0) (void)!syscall(SYS_write, file, line, (size_t)length);
    syscall(SYS_close, file);
}

// Whether a call of this kind on this path is to fail.
static int fails_at(enum kind kind, const char *path) {
    if (strncmp(path, plan.below, plan.below_length) != 0) return 0;
    char next = path[plan.below_length];
    if (next != '/' && next != 0) return 0;
    if (plan.name && *plan.name && !strstr(path, plan.name)) return 0;
    uint64_t count = atomic_fetch_add(&plan.counts[kind], 1) + 1;
    if ((int)kind != plan.kind || !plan.first || count < plan.first) return 0;
    if (plan.times && count >= plan.first + plan.times) return 0;
    if (plan.every > 1 && mixed(plan.seed ^ count) % plan.every != 0) return 0;
    report(names[kind], path, count);
    return plan.fault;
}

// The fault of a call on an open file: a number for errno, SHORT, or 0.
static int of_file(enum kind kind, int file) {
    pthread_once(&once, set_up);
    if (!plan.below || file < 0) return 0;
    int before = errno;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof(path) - 1);
    int fault = 0;
    if (length > 0) {
        path[length] = 0;
        fault = fails_at(kind, path);
    }
    errno = before;
    return fault;
}

// The same of a call on a path, which may be relative to an open folder.
static int of_path(enum kind kind, int folder, const char *name) {
    pthread_once(&once, set_up);
    if (!plan.below || !name) return 0;
    int before = errno, fault = 0;
    char path[2 * PATH_MAX];
    if (name[0] == '/') {
        fault = fails_at(kind, name);
    } else {
        char link[64];
        if (folder == AT_FDCWD) strcpy(link, "/proc/self/cwd");
        else snprintf(link, sizeof(link), "/proc/self/fd/%d", folder);
        ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
        if (length > 0) {
            snprintf(path + length, sizeof(path) - (size_t)length, "/%s", name);
            fault = fails_at(kind, path);
        }
    }
    errno = before;
    return fault;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

// Ends the function with -1 where the call is to fail. A short write is for writes alone.
#define FAIL(found) \
    do { \
        int number_found = (found); \
        if (number_found > 0) { \
            errno = number_found; \
            return -1; \
        } \
    } while (0)

static size_t half(size_t count) { return count > 1 ? count / 2 : count; }

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(write);
    int fault = of_file(WRITE, file);
    FAIL(fault);
    return real(file, bytes, fault == SHORT ? half(count) : count);
}

#define PWRITE(name, type) \
    ssize_t name(int file, const void *bytes, size_t count, type offset) { \
        REAL(name); \
        int fault = of_file(WRITE, file); \
        FAIL(fault); \
        return real(file, bytes, fault == SHORT ? half(count) : count, offset); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(writev);
    int fault = of_file(WRITE, file);
    FAIL(fault);
    if (fault == SHORT && count > 0) {
        struct iovec first = {parts[0].iov_base, half(parts[0].iov_len)};
        return real(file, &first, 1);
    }
    return real(file, parts, count);
}

#define PWRITEV(name, type) \
    ssize_t name(int file, const struct iovec *parts, int count, type offset) { \
        REAL(name); \
        int fault = of_file(WRITE, file); \
        FAIL(fault); \
        if (fault == SHORT && count > 0) { \
            struct iovec first = {parts[0].iov_base, half(parts[0].iov_len)}; \
            return real(file, &first, 1, offset); \
        } \
        return real(file, parts, count, offset); \
    }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

#define ON_FILE(name, kind) \
    int name(int file) { \
        REAL(name); \
        FAIL(of_file(kind, file)); \
        return real(file); \
    }
ON_FILE(fsync, FSYNC)
ON_FILE(fdatasync, FSYNC)

#define TRUNCATE(name, type) \
    int name(int file, type length) { \
        REAL(name); \
        FAIL(of_file(FTRUNCATE, file)); \
        return real(file, length); \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
    REAL(rename);
    FAIL(of_path(RENAME, AT_FDCWD, to));
    return real(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    REAL(renameat);
    FAIL(of_path(RENAME, to_folder, to));
    return real(from_folder, from, to_folder, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    REAL(renameat2);
    FAIL(of_path(RENAME, to_folder, to));
    return real(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    FAIL(of_path(MKDIR, AT_FDCWD, path));
    return real(path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(mkdirat);
    FAIL(of_path(MKDIR, folder, path));
    return real(folder, path, mode);
}

// The mode is there only where a file may be made.
#define MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, last); \
        mode = (mode_t)va_arg(rest, int); \
        va_end(rest); \
    }

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        MODE(flags, flags) \
        if (flags & O_CREAT) FAIL(of_path(OPEN, AT_FDCWD, path)); \
        return real(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(name); \
        MODE(flags, flags) \
        if (flags & O_CREAT) FAIL(of_path(OPEN, folder, path)); \
        return real(folder, path, flags, mode); \
    }
OPENS_AT(openat)
OPENS_AT(openat64)
