/* pool.h: threads that run the parts of layers, for systems with POSIX threads. Link
 * libnnrt_hosted. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef NNRT_POOL_H
#define NNRT_POOL_H

#include <nnrt/nnrt.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Threads that wait for work. */
typedef struct nnrt_pool nnrt_pool;

/** A pool in which `threads` threads work, the caller of a run among them: threads - 1 are started.
 * Null where memory or threads are missing, or `threads` is 0. */
nnrt_pool *nnrt_pool_create(uint32_t threads);

/** Ends the threads. No run may be using the pool. Null is allowed. */
void nnrt_pool_destroy(nnrt_pool *pool);

/** The executor to hand to <name>_run_with; it lives as long as the pool. Runs of several threads
 * may use it at the same time: while the pool works for one, the others' parts run on their own
 * thread. */
const nnrt_executor *nnrt_pool_executor(const nnrt_pool *pool);

#ifdef __cplusplus
}
#endif

#endif
