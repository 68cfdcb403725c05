// A preload library that makes one call fail: the FAULT_AT-th of kind FAULT_KIND.
//   open, read, write, fsync, rename   of files below FAULT_FOLDER
//   memory                             allocations of FAULT_SIZE bytes or more, once MPI has started
//   mpi                                collective calls, once MPI has started: the communicator's own
//                                      handler of errors is called, as MPI does
// FAULT_MARK is made when the fault happens, so that the caller knows when there is none left.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <mpi.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);

static atomic_long seen = 0;
static atomic_int mpi_runs = 0;
static char ours[4096]; // descriptors of files below the folder

/// Whether this call is the one that fails. Leaves the mark if it is.
static int fails(const char* kind) {
  const char *wanted = getenv("FAULT_KIND"), *at = getenv("FAULT_AT"), *mark = getenv("FAULT_MARK");
  if (!wanted || !at || strcmp(wanted, kind) != 0 || atomic_fetch_add(&seen, 1) + 1 != atol(at))
    return 0;
  const long made = mark ? syscall(SYS_openat, AT_FDCWD, mark, O_CREAT | O_WRONLY, 0600) : -1;
  if (made >= 0)
    syscall(SYS_close, made);
  return 1;
}

static int below(const char* path) {
  const char* folder = getenv("FAULT_FOLDER");
  return folder && path && (path[0] != '/' || strncmp(path, folder, strlen(folder)) == 0);
}

static int is_ours(int fd) {
  return fd > 2 && fd < (int)sizeof ours && ours[fd];
}

static int opened(int fd) {
  if (fd >= 0 && fd < (int)sizeof ours)
    ours[fd] = 1;
  return fd;
}

static int open_as(int folder, const char* path, int flags, mode_t mode) {
  if (!below(path))
    return (int)syscall(SYS_openat, folder, path, flags, mode);
  if (fails("open")) {
    errno = EMFILE;
    return -1;
  }
  return opened((int)syscall(SYS_openat, folder, path, flags, mode));
}

#define MODE(flags, mode)                                                                          \
  mode_t mode = 0;                                                                                 \
  if ((flags) & (O_CREAT | O_TMPFILE)) {                                                           \
    va_list more;                                                                                  \
    va_start(more, flags);                                                                         \
    mode = va_arg(more, mode_t);                                                                   \
    va_end(more);                                                                                  \
  }
int open(const char* path, int flags, ...) {
  MODE(flags, mode)
  return open_as(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE(flags, mode)
  return open_as(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

static FILE* stream_of(const char* name, const char* path, const char* mode) {
  FILE* (*next)(const char*, const char*) = (FILE * (*)(const char*, const char*)) dlsym(RTLD_NEXT, name);
  if (!below(path))
    return next(path, mode);
  if (fails("open")) {
    errno = EMFILE;
    return NULL;
  }
  FILE* out = next(path, mode);
  if (out)
    opened(fileno(out));
  return out;
}
FILE* fopen(const char* path, const char* mode) {
  return stream_of("fopen", path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  return stream_of("fopen64", path, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < (int)sizeof ours)
    ours[fd] = 0;
  return (int)syscall(SYS_close, fd);
}
ssize_t read(int fd, void* to, size_t size) {
  if (is_ours(fd) && fails("read")) {
    errno = EIO;
    return -1;
  }
  return syscall(SYS_read, fd, to, size);
}
/// As a disk that fills up: half of it is written first.
ssize_t write(int fd, const void* from, size_t size) {
  static atomic_int full = 0;
  if (is_ours(fd) && (full || fails("write"))) {
    if (!full && size > 1) {
      full = 1;
      return syscall(SYS_write, fd, from, size / 2);
    }
    full = 1;
    errno = ENOSPC;
    return -1;
  }
  return syscall(SYS_write, fd, from, size);
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  if (is_ours(fd) && fails("write")) {
    errno = ENOSPC;
    return -1;
  }
  return syscall(SYS_writev, fd, parts, count);
}
int fsync(int fd) {
  if (is_ours(fd) && fails("fsync")) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(SYS_fsync, fd);
}
int rename(const char* from, const char* to) {
  if (below(to) && fails("rename")) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

static int lacks(size_t size) {
  static size_t least = 0;
  if (!mpi_runs)
    return 0;
  if (least == 0) {
    const char* given = getenv("FAULT_SIZE");
    least = given ? (size_t)atol(given) : 65536;
  }
  if (size < least || !fails("memory"))
    return 0;
  errno = ENOMEM;
  return 1;
}
void* malloc(size_t size) {
  return lacks(size) ? NULL : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  return lacks(count * size) ? NULL : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  return lacks(size) ? NULL : __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return lacks(size) ? NULL : __libc_memalign(alignment, size);
}
int posix_memalign(void** to, size_t alignment, size_t size) {
  if (lacks(size) || !(*to = __libc_memalign(alignment, size)))
    return ENOMEM;
  return 0;
}

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  const int done = PMPI_Init_thread(argc, argv, required, provided);
  mpi_runs = 1;
  return done;
}
int MPI_Init(int* argc, char*** argv) {
  const int done = PMPI_Init(argc, argv);
  mpi_runs = 1;
  return done;
}
int MPI_Finalize(void) {
  mpi_runs = 0;
  return PMPI_Finalize();
}
static int broken(MPI_Comm comm) {
  if (!mpi_runs || !fails("mpi"))
    return 0;
  PMPI_Comm_call_errhandler(comm, MPI_ERR_OTHER);
  return 1;
}
int MPI_Allreduce(const void* from, void* to, int n, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  return broken(comm) ? MPI_ERR_OTHER : PMPI_Allreduce(from, to, n, type, op, comm);
}
int MPI_Bcast(void* data, int n, MPI_Datatype type, int root, MPI_Comm comm) {
  return broken(comm) ? MPI_ERR_OTHER : PMPI_Bcast(data, n, type, root, comm);
}
int MPI_Barrier(MPI_Comm comm) {
  return broken(comm) ? MPI_ERR_OTHER : PMPI_Barrier(comm);
}
int MPI_Allgather(const void* from, int n, MPI_Datatype a, void* to, int m, MPI_Datatype b, MPI_Comm comm) {
  return broken(comm) ? MPI_ERR_OTHER : PMPI_Allgather(from, n, a, to, m, b, comm);
}
