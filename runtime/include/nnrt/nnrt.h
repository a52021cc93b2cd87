/* nnrt.h: what every compiled model shares with its caller. C99 and C++; no functions to link.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef NNRT_NNRT_H
#define NNRT_NNRT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the calling interface. A model's header and object carry it in a symbol: a mixture
 * does not link. */
#define NNRT_ABI_VERSION 1

/** Result of an entry point: one of the constants below. The width does not depend on compiler
 * flags. */
typedef int32_t nnrt_status;

enum {
  NNRT_OK = 0,
  NNRT_ERROR_NULL_TENSOR = 1, /**< the inputs or outputs, or a pointer in them, is null */
  NNRT_ERROR_NULL_ARENA = 2,  /**< the arena is null although the model needs one */
  NNRT_ERROR_ARENA_ALIGNMENT =
      3, /**< the arena does not start at a multiple of <NAME>_ARENA_ALIGN bytes */
  NNRT_ERROR_TENSOR_ALIGNMENT =
      4,               /**< a tensor does not start at a multiple of its element's size */
  NNRT_ERROR_LEVEL = 5 /**< a library of several levels has none that this machine can run, or not
                          the one that <name>_run_at was given */
};

/** Called by <name>_run_traced after layer number `layer` (from 0, the order of the report) has
 * finished. */
typedef void (*nnrt_trace_callback)(void *user, uint32_t layer);

/** One of the parts of a layer; parts are numbered from 0. */
typedef void (*nnrt_task)(void *argument, uint32_t part);

/** What runs the parts of a layer, given by the caller to <name>_run_with (nn-compile --threads=N).
 * Its memory must stay as it is until the run ends; runs at the same time may share one if its
 * function can be called by several threads. */
typedef struct nnrt_executor {
  void *context; /**< handed to `parallel_for` */

  /** Calls task(argument, part) exactly once for each part from 0 to parts - 1, on any threads, in
   * any order, at the same time or not, and returns after all calls have ended and what they wrote
   * can be seen by the caller. No part waits for another. A task needs up to <NAME>_STACK_MAX bytes
   * of stack on the thread that it runs on. `parts` is at most the N of --threads=N, `argument`
   * lives on the stack of the caller. Null: parts run one after the other. */
  void (*parallel_for)(void *context, nnrt_task task, void *argument, uint32_t parts);
} nnrt_executor;

#ifdef __cplusplus
}
#endif

#endif
