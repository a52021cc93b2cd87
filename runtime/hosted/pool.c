/* A pool of threads for the parts of layers: tens of runs of some microseconds follow each other,
 * so threads look for work for a while before they sleep, and nobody waits for a thread that
 * sleeps: whoever is awake takes the next part. Part of nn-compile. SPDX-License-Identifier:
 * Apache-2.0 WITH LLVM-exception */
#include <nnrt/pool.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/** How long a thread looks for work before it sleeps, in nanoseconds: longer than what lies between
 * two divided layers of a run, and between runs that follow each other. */
#define SPIN_NANOSECONDS 200000
/** Looks between two looks at the clock. */
#define LOOKS 64

struct nnrt_pool {
  nnrt_executor executor;

  /* The job. Written only while no part is left to be taken: a thread that has taken a part may
   * read it. */
  nnrt_task task;
  void *argument;

  /** Number of the job (32 bits), its parts (16), parts that are taken (16): one word, so that a
   * thread that comes late can not take a part of the next job for one of the last. */
  _Alignas(64) _Atomic uint64_t ticket;
  _Alignas(64) _Atomic uint32_t unfinished; /**< parts that have not ended */
  _Alignas(64) atomic_flag busy;            /**< a run is using the pool */

  _Atomic uint32_t sleeping;
  _Atomic bool ends;
  pthread_mutex_t mutex; /**< for `wake` */
  pthread_cond_t wake;

  uint32_t started;
  pthread_t threads[];
};

static uint32_t parts_of(uint64_t ticket) { return (uint32_t)(ticket >> 16) & 0xffff; }
static uint32_t taken_of(uint64_t ticket) { return (uint32_t)ticket & 0xffff; }
static bool has_work(uint64_t ticket) { return taken_of(ticket) < parts_of(ticket); }

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#endif
}

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/** Takes parts and runs them until none is left. */
static void work(nnrt_pool *pool) {
  uint64_t ticket = atomic_load_explicit(&pool->ticket, memory_order_acquire);
  while (has_work(ticket)) {
    if (!atomic_compare_exchange_weak_explicit(&pool->ticket, &ticket, ticket + 1,
                                               memory_order_acquire, memory_order_acquire))
      continue;
    pool->task(pool->argument, taken_of(ticket));
    atomic_fetch_sub_explicit(&pool->unfinished, 1, memory_order_release);
    ticket = atomic_load_explicit(&pool->ticket, memory_order_acquire);
  }
}

/** Whether work came while looking for it. */
static bool spin(nnrt_pool *pool) {
  for (uint64_t end = nanoseconds() + SPIN_NANOSECONDS; nanoseconds() < end;)
    for (int look = 0; look < LOOKS; ++look) {
      if (has_work(atomic_load_explicit(&pool->ticket, memory_order_relaxed)))
        return true;
      if (atomic_load_explicit(&pool->ends, memory_order_relaxed))
        return false;
      relax();
    }
  return false;
}

static void sleep_until_work(nnrt_pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  /* Either the one who publishes work sees this thread sleeping, or this thread sees the work. */
  atomic_fetch_add(&pool->sleeping, 1);
  while (!has_work(atomic_load(&pool->ticket)) && !atomic_load(&pool->ends))
    pthread_cond_wait(&pool->wake, &pool->mutex);
  atomic_fetch_sub(&pool->sleeping, 1);
  pthread_mutex_unlock(&pool->mutex);
}

static void *run_thread(void *argument) {
  nnrt_pool *pool = argument;
  while (!atomic_load(&pool->ends)) {
    work(pool);
    if (!spin(pool))
      sleep_until_work(pool);
  }
  return NULL;
}

static void wake_sleepers(nnrt_pool *pool) {
  if (atomic_load(&pool->sleeping) == 0)
    return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
}

/** Waits for parts that others have taken. */
static void wait_for_others(nnrt_pool *pool) {
  for (uint32_t looks = 0; atomic_load_explicit(&pool->unfinished, memory_order_acquire) != 0;
       ++looks) {
    relax();
    /* The other thread may have lost its core to somebody, perhaps to this one. */
    if (looks > 10000)
      sched_yield();
  }
}

static void parallel_for(void *context, nnrt_task task, void *argument, uint32_t parts) {
  nnrt_pool *pool = context;
  if (parts > 0xffff || atomic_flag_test_and_set_explicit(&pool->busy, memory_order_acquire)) {
    for (uint32_t part = 0; part < parts; ++part)
      task(argument, part);
    return;
  }
  pool->task = task;
  pool->argument = argument;
  atomic_store_explicit(&pool->unfinished, parts, memory_order_relaxed);
  uint64_t job = (atomic_load_explicit(&pool->ticket, memory_order_relaxed) >> 32) + 1;
  atomic_store(&pool->ticket, job << 32 | (uint64_t)parts << 16);
  wake_sleepers(pool);
  work(pool);
  wait_for_others(pool);
  atomic_flag_clear_explicit(&pool->busy, memory_order_release);
}

static bool start_threads(nnrt_pool *pool, uint32_t count) {
  for (; pool->started < count; ++pool->started)
    if (pthread_create(&pool->threads[pool->started], NULL, run_thread, pool) != 0)
      return false;
  return true;
}

nnrt_pool *nnrt_pool_create(uint32_t threads) {
  if (threads == 0 || threads > 0xffff)
    return NULL;
  size_t size = sizeof(nnrt_pool) + (threads - 1) * sizeof(pthread_t);
  nnrt_pool *pool = aligned_alloc(64, (size + 63) / 64 * 64);
  if (!pool)
    return NULL;
  pool->executor = (nnrt_executor){pool, parallel_for};
  atomic_init(&pool->ticket, 0);
  atomic_init(&pool->unfinished, 0);
  atomic_init(&pool->sleeping, 0);
  atomic_init(&pool->ends, false);
  atomic_flag_clear(&pool->busy);
  pool->started = 0;
  if (pthread_mutex_init(&pool->mutex, NULL) != 0) {
    free(pool);
    return NULL;
  }
  if (pthread_cond_init(&pool->wake, NULL) != 0) {
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
    return NULL;
  }
  if (!start_threads(pool, threads - 1)) {
    nnrt_pool_destroy(pool);
    return NULL;
  }
  return pool;
}

void nnrt_pool_destroy(nnrt_pool *pool) {
  if (!pool)
    return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->ends, true);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  for (uint32_t i = 0; i < pool->started; ++i)
    pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}

const nnrt_executor *nnrt_pool_executor(const nnrt_pool *pool) { return &pool->executor; }
