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
      4 /**< a tensor does not start at a multiple of its element's size */
};

/** Called by <name>_run_traced after layer number `layer` (from 0, the order of the report) has
 * finished. */
typedef void (*nnrt_trace_callback)(void *user, uint32_t layer);

#ifdef __cplusplus
}
#endif

#endif
