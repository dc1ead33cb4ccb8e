// What a process gives up before it reads a file that it does not trust. In C, since Swift cannot call functions with
// variable arguments (prctl, syscall), nor see the kernel's macros of which a seccomp filter is made. All of it is in
// this header, so that nothing more is compiled or linked.
#ifndef SHOTLIST_CONFINEMENT_H
#define SHOTLIST_CONFINEMENT_H

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/falloc.h>
#include <linux/filter.h>
#include <linux/memfd.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#define SHOTLIST_HAS_LANDLOCK 1
#endif

// fcntl.h has these only for GNU programs; they are the kernel's numbers.
#define SHOTLIST_ADD_SEALS 1033
#ifndef O_PATH
#define O_PATH 010000000
#endif
#define SHOTLIST_SEAL_SEAL 0x0001
#define SHOTLIST_SEAL_SHRINK 0x0002

// A file in memory that can grow and never shrink: who maps it is safe from a writer that cuts it off. -1 and errno.
static inline int shotlist_memory_file(const char *name) {
    int file = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return -1;
    if (fcntl(file, SHOTLIST_ADD_SEALS, SHOTLIST_SEAL_SHRINK | SHOTLIST_SEAL_SEAL) != 0) {
        int error = errno;
        close(file);
        errno = error;
        return -1;
    }
    return file;
}

// A file in memory for text; it may be made empty again.
static inline int shotlist_text_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);
}

// Gives a file's memory beyond `offset` back to the system; its size stays.
static inline int shotlist_give_back(int file, int64_t offset, int64_t length) {
    return (int)syscall(SYS_fallocate, file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}

// Two connected sockets, which programs that are started do not inherit.
static inline int shotlist_socket_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
}

// spawn.h has it only for GNU programs.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

// A program that is started has nothing open from `first` on.
static inline int shotlist_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

static inline int shotlist_limit_one(int which, uint64_t value) {
    struct rlimit limit;
    if (getrlimit(which, &limit) != 0) return errno;
    if (limit.rlim_max == RLIM_INFINITY || value < limit.rlim_max) limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(which, &limit) == 0 ? 0 : errno;
}

// Limits of this process; address space is what it may map beside what it has mapped now, 0 for as much as it likes.
static inline int shotlist_limit(uint64_t address_space, uint64_t open_files, uint64_t file_bytes) {
    int error = shotlist_limit_one(RLIMIT_CORE, 0);
    if (!error) error = shotlist_limit_one(RLIMIT_NOFILE, open_files);
    if (!error) error = shotlist_limit_one(RLIMIT_FSIZE, file_bytes);
    if (error || !address_space) return error;
    unsigned long pages = 0;
    FILE *sizes = fopen("/proc/self/statm", "re");
    if (!sizes) return errno;
    int found = fscanf(sizes, "%lu", &pages);
    fclose(sizes);
    if (found != 1) return EIO;
    return shotlist_limit_one(RLIMIT_AS, address_space + (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE));
}

// When memory runs out the kernel ends this process before others. It may refuse: then it decides by itself.
static inline void shotlist_die_first(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t written = write(file, "700", 3);
    (void)written;
    close(file);
}

// Leaves the network for an empty one; 0 or why not. Only a process of one thread can. Whoever is not root needs a name
// space of users for it; root would lose the right to read others' files in one.
static inline int shotlist_leave_network(void) {
    int flags = CLONE_NEWNET | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
    return syscall(SYS_unshare, flags) == 0 ? 0 : errno;
}

// From here on this process can write only below `folder` (and devices, if it must); 0 or why not. Of one thread, too.
static inline int shotlist_write_only_below(const char *folder, int devices) {
#ifdef SHOTLIST_HAS_LANDLOCK
    uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                       LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                       LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                       LANDLOCK_ACCESS_FS_MAKE_SYM;
    struct landlock_ruleset_attr rules = {.handled_access_fs = writing};
    int set = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (set < 0) return errno;
    const char *places[2] = {folder, devices ? "/dev" : NULL};
    int error = 0;
    for (int place = 0; place < 2 && !error; place++) {
        if (!places[place] || !places[place][0]) continue;
        struct landlock_path_beneath_attr rule = {.allowed_access = writing};
        rule.parent_fd = open(places[place], O_PATH | O_CLOEXEC);
        if (rule.parent_fd < 0) {
            error = errno;
            break;
        }
        if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) error = errno;
        close(rule.parent_fd);
    }
    if (!error && syscall(SYS_landlock_restrict_self, set, 0) != 0) error = errno;
    close(set);
    return error;
#else
    (void)folder, (void)devices;
    return ENOSYS;
#endif
}

// No rights may come from programs that are started; there will be none.
static inline int shotlist_no_new_rights(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

#if defined(__x86_64__)
#define SHOTLIST_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SHOTLIST_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// Refuses this process for ever: connections, other programs, other processes, and what changes the system. 0 or why
// not.
static inline int shotlist_refuse_calls(void) {
#ifndef SHOTLIST_ARCHITECTURE
    return ENOSYS;
#else
    static const int refused[] = {
        SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg,
        SYS_sendmmsg, SYS_recvmsg, SYS_recvmmsg,
        SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kill, SYS_tkill,
        SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root,
        SYS_chroot, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl,
        SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
        SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_acct, SYS_quotactl, SYS_sethostname, SYS_setdomainname,
        SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_personality, SYS_setuid, SYS_setgid, SYS_setreuid,
        SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_linkat, SYS_symlinkat, SYS_renameat2,
        SYS_mknodat, SYS_mkdirat, SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_setxattr, SYS_lsetxattr,
        SYS_fsetxattr, SYS_process_madvise, SYS_fanotify_init, SYS_msgget, SYS_shmget, SYS_semget, SYS_mq_open,
        // Its work is done by the kernel itself, past this filter.
        SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
        SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal,
#ifdef SYS_open_tree
        SYS_open_tree, SYS_move_mount, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick,
#endif
#ifdef SYS_fork
        SYS_fork, SYS_vfork,
#endif
#ifdef SYS_link
        SYS_link, SYS_symlink, SYS_rename, SYS_mknod, SYS_mkdir, SYS_chmod, SYS_chown, SYS_lchown,
#endif
#ifdef SYS_renameat
        SYS_renameat,
#endif
    };
    enum { count = sizeof refused / sizeof refused[0] };
    struct sock_filter code[2 * count + 40];
    int n = 0;
#define SHOTLIST_LOAD(offset) code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define SHOTLIST_JUMP(kind, value, yes, no) \
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | kind | BPF_K, value, yes, no)
#define SHOTLIST_ANSWER(value) code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value)
    // The lower half of an argument: both machines are little-endian.
#define SHOTLIST_ARGUMENT(number) (uint32_t)(offsetof(struct seccomp_data, args) + 8 * number)
    const uint32_t no = SECCOMP_RET_ERRNO | EPERM;
    SHOTLIST_LOAD(offsetof(struct seccomp_data, arch));
    SHOTLIST_JUMP(BPF_JEQ, SHOTLIST_ARCHITECTURE, 1, 0);
    SHOTLIST_ANSWER(SECCOMP_RET_KILL_PROCESS);
    SHOTLIST_LOAD(offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // The same calls by other numbers.
    SHOTLIST_JUMP(BPF_JGE, 0x40000000, 0, 1);
    SHOTLIST_ANSWER(no);
#endif
    for (int each = 0; each < count; each++) {
        SHOTLIST_JUMP(BPF_JEQ, (uint32_t)refused[each], 0, 1);
        SHOTLIST_ANSWER(no);
    }
    // Its flags are in memory, where a filter cannot look: the C library then makes threads by the older call.
    SHOTLIST_JUMP(BPF_JEQ, SYS_clone3, 0, 1);
    SHOTLIST_ANSWER(SECCOMP_RET_ERRNO | ENOSYS);
    // Threads are all that may be made.
    SHOTLIST_JUMP(BPF_JEQ, SYS_clone, 0, 4);
    SHOTLIST_LOAD(SHOTLIST_ARGUMENT(0));
    SHOTLIST_JUMP(BPF_JSET, CLONE_THREAD, 0, 1);
    SHOTLIST_ANSWER(SECCOMP_RET_ALLOW);
    SHOTLIST_ANSWER(no);
    // Signals, and limits, of this process alone.
    SHOTLIST_JUMP(BPF_JEQ, SYS_tgkill, 0, 4);
    SHOTLIST_LOAD(SHOTLIST_ARGUMENT(0));
    SHOTLIST_JUMP(BPF_JEQ, (uint32_t)getpid(), 0, 1);
    SHOTLIST_ANSWER(SECCOMP_RET_ALLOW);
    SHOTLIST_ANSWER(no);
    SHOTLIST_JUMP(BPF_JEQ, SYS_prlimit64, 0, 5);
    SHOTLIST_LOAD(SHOTLIST_ARGUMENT(0));
    SHOTLIST_JUMP(BPF_JEQ, 0, 1, 0);
    SHOTLIST_JUMP(BPF_JEQ, (uint32_t)getpid(), 0, 1);
    SHOTLIST_ANSWER(SECCOMP_RET_ALLOW);
    SHOTLIST_ANSWER(no);
    SHOTLIST_ANSWER(SECCOMP_RET_ALLOW);
#undef SHOTLIST_LOAD
#undef SHOTLIST_JUMP
#undef SHOTLIST_ANSWER
#undef SHOTLIST_ARGUMENT
    struct sock_fprog program = {.len = (unsigned short)n, .filter = code};
    long status = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
    return status == 0 ? 0 : status > 0 ? EBUSY : errno;
#endif
}

// Whether this process can make a socket: the proof that it is refused. The filter does not look at the kind; this one
// would lead nowhere.
static inline int shotlist_can_connect(void) {
    int made = socket(AF_UNIX, SOCK_STREAM, 0);
    if (made >= 0) close(made);
    return made >= 0;
}

#endif
#endif
