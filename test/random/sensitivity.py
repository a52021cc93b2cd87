"""What rounding may do to the results of a model: the interval that each element stays in when every intermediate value is disturbed.

Rounding errors are simulated by random ones (J. Vignes, "Discrete stochastic arithmetic", 1996): after each operator that computes
floating point, noise of a few units in the last place of the tensor's largest value is added. Where a cast to integers, an argmax or a comparison
stands on an edge, the disturbed results jump as honest results of another order of summation or precision do; elsewhere they stay close.
Run as a program, it checks itself on a cast, of which one element stands on an edge.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, shape_inference

RUNS = 16
# Of a tensor's largest magnitude: a sum of many products in f32 and f64; one rounding in f16.
NOISE = {TensorProto.FLOAT: 2.0 ** -21, TensorProto.FLOAT16: 2.0 ** -10, TensorProto.DOUBLE: 2.0 ** -50}


def run_all(model, inputs):
    """ONNX Runtime's outputs by name, nothing fused; raises where it cannot run the model."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs), strict=True))


def largest(array):
    finite = array[numpy.isfinite(array)]
    return float(numpy.abs(finite).max()) if finite.size else 0.0


def computed_floats(model):
    """Name → description of the values that nodes compute in floating point."""
    graph = shape_inference.infer_shapes(model).graph
    known = {info.name: info for info in [*graph.value_info, *graph.output]}
    names = [name for node in model.graph.node for name in node.output]
    return {name: known[name] for name in names if name in known and known[name].type.tensor_type.elem_type in NOISE}


def with_outputs(model, infos):
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    present = {o.name for o in copy.graph.output}
    copy.graph.output.extend(info for name, info in infos.items() if name not in present)
    return copy


def disturbed(model, values, generator):
    """The model with noise added to each of `values` (name → undisturbed array) where it is computed."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    nodes = []
    for node in copy.graph.node:
        nodes.append(node)
        for i, name in enumerate(node.output):
            if name not in values:
                continue
            array = values[name]
            kind = helper.np_dtype_to_tensor_dtype(array.dtype)
            noise = generator.uniform(-1, 1, array.shape) * NOISE[kind] * largest(array)
            copy.graph.initializer.append(numpy_helper.from_array(noise.astype(array.dtype), name + "/noise"))
            node.output[i] = name + "/exact"
            nodes.append(helper.make_node("Add", [name + "/exact", name + "/noise"], [name]))
    del copy.graph.node[:]
    copy.graph.node.extend(nodes)
    return copy


def intervals(model, inputs):
    """For each output by name the smallest and the largest value of each element in undisturbed and disturbed runs."""
    names = [o.name for o in model.graph.output]
    floats = computed_floats(model)
    whole = run_all(with_outputs(model, floats), inputs)
    values = {name: whole[name] for name in floats}
    generator = numpy.random.default_rng(1)
    runs = [whole, *(run_all(disturbed(model, values, generator), inputs) for _ in range(RUNS))]
    return {name: (numpy.minimum.reduce([r[name] for r in runs]), numpy.maximum.reduce([r[name] for r in runs])) for name in names}


def outside(result, interval, tolerance):
    """How many elements lie outside their interval by more than `tolerance` of its largest magnitude; integers must lie inside."""
    low, high = (bound.astype(numpy.float64) for bound in interval)
    margin = tolerance * max(largest(low), largest(high)) if result.dtype.kind == "f" else 0
    number = result.astype(numpy.float64)
    inside = (number >= low - margin) & (number <= high + margin) | numpy.isnan(low) & numpy.isnan(number)
    return int(numpy.count_nonzero(~inside))


def main():
    """cast(x·50): 25 may become 24, 25.5 and 24.25 may not; a float within its tolerance passes, beyond it does not."""
    info = helper.make_tensor_value_info
    nodes = [helper.make_node("Mul", ["x", "k"], ["y"]), helper.make_node("Cast", ["y"], ["i"], to=TensorProto.INT32)]
    scale = numpy_helper.from_array(numpy.array(50, numpy.float16), "k")
    graph = helper.make_graph(nodes, "edge", [info("x", TensorProto.FLOAT16, [3])],
                              [info("i", TensorProto.INT32, [3]), info("y", TensorProto.FLOAT16, [3])], [scale])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    bounds = intervals(model, {"x": numpy.array([0.5, 0.51, 0.485], numpy.float16)})
    found = [outside(numpy.array(values, numpy.int32), bounds["i"], 0.01) for values in ([25, 25, 24], [24, 25, 24], [24, 24, 24], [26, 25, 25])]
    found += [outside(numpy.array(values, numpy.float16), bounds["y"], 0.01) for values in ([25, 25.5, 24.25], [25, 26, 24.25])]
    if found != [0, 0, 1, 2, 0, 1]:
        sys.exit(f"elements outside their intervals: {found}")


if __name__ == "__main__":
    main()
