"""Reductions, running sums and order, against numpy and torch.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
import torch
from case import array, case, n, randomness, t

rng, f32 = randomness("reductions")


def cases():
    x = f32(2, 3, 4, low=0.2)
    d = x.astype(np.float64)
    kinds = {"sum": d.sum, "mean": d.mean, "max": d.max, "min": d.min, "prod": d.prod}
    for kind, function in kinds.items():
        case(f"reduce_{kind}", f"reduce {kind}", [x], function(axis=(0, 2)).astype(np.float32), array("axes", [0, 2]))
        case(f"reduce_{kind}_keep", f"reduce {kind}", [x], function(axis=(1,), keepdims=True).astype(np.float32), array("axes", [1]) + ", keep_dims")
    case("reduce_l1", "reduce l1", [-x], d.sum(axis=1).astype(np.float32), array("axes", [1]))
    case("reduce_l2", "reduce l2", [x], np.sqrt((d * d).sum(axis=1)).astype(np.float32), array("axes", [1]))
    case("reduce_sum_square", "reduce sum_square", [x], (d * d).sum(axis=2).astype(np.float32), array("axes", [2]))
    case("reduce_log_sum", "reduce log_sum", [x], np.log(d.sum(axis=2)).astype(np.float32), array("axes", [2]))
    big = x * 100
    case("reduce_log_sum_exp", "reduce log_sum_exp", [big], n(torch.logsumexp(t(big), 1)), array("axes", [1]))
    i = rng.integers(-100, 100, (3, 5)).astype(np.int32)
    case("reduce_sum_i32", "reduce sum", [i], i.sum(axis=1).astype(np.int32), array("axes", [1]))
    case("reduce_mean_i32", "reduce mean", [i], np.trunc(i.mean(axis=1)).astype(np.int32), array("axes", [1]))
    case("reduce_max_empty", "reduce max", [np.zeros((2, 0), np.float32)], np.full((2,), -np.inf, np.float32), array("axes", [1]))

    y = np.float32([[3, 1, 3, 0], [0, 2, -1, 2]])
    case("arg_reduce_max", "arg_reduce max", [y], np.int64([[0], [1]]), "axis = 1 : i64, keep_dims")
    case("arg_reduce_max_last", "arg_reduce max", [y], np.int64([2, 3]), "axis = 1 : i64, select_last")
    case("arg_reduce_min", "arg_reduce min", [y], np.int64([1, 0, 1, 0]), "axis = 0 : i64")
    x = f32(2, 5)
    case("cumulate_sum", "cumulate sum", [x], np.cumsum(x.astype(np.float64), 1).astype(np.float32), "axis = 1 : i64")
    exclusive = np.cumprod(np.concatenate([np.ones((2, 1)), x[:, ::-1][:, :-1]], 1), 1)[:, ::-1]
    case("cumulate_prod_reverse_exclusive", "cumulate prod", [x], exclusive.astype(np.float32), "axis = 1 : i64, exclusive, reverse")
    x = f32(3, 7, 2)
    for largest in (True, False):
        values, indices = torch.topk(torch.from_numpy(x), 4, dim=1, largest=largest, sorted=True)
        case(f"top_k_{'largest' if largest else 'smallest'}", "top_k", [x], (values.numpy(), indices.numpy()),
             "k = 4 : i64, axis = 1 : i64" + (", largest" if largest else ""))
    case("top_k_ties", "top_k", [np.int32([2, 5, 5, 2, 7, 5])], (np.int32([7, 5, 5]), np.int64([4, 1, 2])), "k = 3 : i64, axis = 0 : i64, largest")
