"""Conversions of the element type, and indices as values, against numpy.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
from case import case, randomness

rng, _ = randomness("conversions")


def cases():
    x = np.float32([1.9, -1.9, 0.0, 200.5, -200.5, 3e10])
    case("cast_f32_i64", "cast", [x], x.astype(np.int64))
    case("cast_f32_i1", "cast", [x], x.astype(bool))
    case("cast_f32_f16", "cast", [x], np.clip(x, -70000, 70000).astype(np.float16))
    case("cast_f32_i8_saturate", "cast", [x], np.int8([1, -1, 0, 127, -128, 127]), "saturate")
    case("cast_f32_ui8_saturate", "cast", [x], np.uint8([1, 0, 0, 200, 0, 255]), "saturate")
    big = np.int64([2**24 + 1, -(2**24 + 1), 2**53 + 1, 2**40 + 2**16 + 1, 2**62 + 2**38 + 1])
    case("cast_i64_f32", "cast", [big], big.astype(np.float32))
    case("cast_i64_i8", "cast", [big], big.astype(np.int8))
    case("cast_i64_i32_saturate", "cast", [big], np.clip(big, -2**31, 2**31 - 1).astype(np.int32), "saturate")
    case("cast_i64_ui64_saturate", "cast", [big], np.clip(big, 0, None).astype(np.uint64), "saturate")
    h = np.float16([1.5, -0.1, 65504, 6e-8, -3e-5])
    case("cast_f16_f32", "cast", [h], h.astype(np.float32))
    case("iota", "iota", [], np.broadcast_to(2 + 3 * np.arange(3), (2, 3)).astype(np.int32), "axis = 1 : i64, start = 2.0 : f64, step = 3.0 : f64")
