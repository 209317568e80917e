/*
 * Preloaded into redis-server, this keeps a journal of what a power cut could not take away: every time a file or a
 * folder was flushed, a line in POWER_CUT_JOURNAL says how much of it was covered.
 *
 *   sync <inode> <bytes>        the file's first bytes are on disk
 *   truncate <inode> <bytes>    the file was cut: no more than that can be on disk
 *   folder <inode> <name>/...   the folder's entries on disk, and no others: <inode>:<name>/ each
 *
 * Sizes and entries are taken before the flush: what is added while it runs is not promised. A line is written before
 * the call returns to Redis, so no reply can be sent that the journal does not know the reason of.
 *
 * A flush takes POWER_CUT_DELAY_US longer than it would, as on a slow disk: the power then goes in the middle of one.
 *
 * Files that are renamed over or removed get one more name in POWER_CUT_KEEP: the entry that went may be what is on
 * disk, and an inode that lives on is not given to another file.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

static const char *variable(const char *name) {
  const char *value = getenv(name);
  if (value == NULL) {
    fprintf(stderr, "%s is not set\n", name);
    abort();
  }
  return value;
}

/* One write with O_APPEND: lines of several threads and of the child that rewrites the file do not mix. */
static void note(const char *line, size_t length) {
  int saved = errno;
  int fd = open(variable("POWER_CUT_JOURNAL"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, line, length) != (ssize_t)length) abort();
  close(fd);
  errno = saved;
}

static void note_bytes(const char *what, ino_t inode, off_t bytes) {
  char line[96];
  int length = snprintf(line, sizeof line, "%s %lu %ld\n", what, (unsigned long)inode, (long)bytes);
  note(line, (size_t)length);
}

/* The entries of a folder as one line; the caller frees it. */
static char *list_entries(int fd, ino_t inode, size_t *length) {
  char *line = NULL;
  FILE *text = open_memstream(&line, length);
  int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = copy < 0 ? NULL : fdopendir(copy);
  if (text == NULL || folder == NULL) abort();
  fprintf(text, "folder %lu ", (unsigned long)inode);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    /* d_ino is not the file's own number on every file system. */
    struct stat status;
    if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    fprintf(text, "%lu:%s/", (unsigned long)status.st_ino, entry->d_name);
  }
  fputc('\n', text);
  fclose(text);
  closedir(folder);
  return line;
}

static int flush_and_note(int fd, int (*flush)(int)) {
  struct stat status;
  if (fstat(fd, &status) != 0) return flush(fd);
  size_t length = 0;
  char *entries = S_ISDIR(status.st_mode) ? list_entries(fd, status.st_ino, &length) : NULL;
  usleep((useconds_t)atol(variable("POWER_CUT_DELAY_US")));
  int result = flush(fd);
  if (result == 0 && entries != NULL) note(entries, length);
  if (result == 0 && entries == NULL) note_bytes("sync", status.st_ino, status.st_size);
  free(entries);
  return result;
}

static void keep(const char *path) {
  struct stat status;
  char kept[PATH_MAX];
  int saved = errno;
  if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
    snprintf(kept, sizeof kept, "%s/%lu", variable("POWER_CUT_KEEP"), (unsigned long)status.st_ino);
    if (link(path, kept) != 0 && errno != EEXIST) abort();
  }
  errno = saved;
}

int fsync(int fd) { return flush_and_note(fd, REAL(fsync)); }

int fdatasync(int fd) { return flush_and_note(fd, REAL(fdatasync)); }

int rename(const char *from, const char *to) {
  keep(to);
  return REAL(rename)(from, to);
}

int unlink(const char *path) {
  keep(path);
  return REAL(unlink)(path);
}

int ftruncate(int fd, off_t length) {
  struct stat status;
  if (fstat(fd, &status) == 0) note_bytes("truncate", status.st_ino, length);
  return REAL(ftruncate)(fd, length);
}

int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }
