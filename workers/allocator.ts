/**
 * What glibc's allocator is told in a process that lands; other systems do not read it. Landing hands megabytes from thread to
 * thread: by default each thread keeps what it was once given, and a worker's peak is about 100 MB higher.
 */
export const ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
