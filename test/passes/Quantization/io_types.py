"""Runs a quantized model with all types that nnc-retype-interface gives its edges and compares the numbers that they stand for.

usage: io_types.py FOLDER [ARGUMENT ...], the arguments go to nn-run
Writes a model with floating-point numbers and one with integers at its edges, of the same operators in between, two inputs and two outputs of unequal
shapes, some behind movements. All must give the same numbers, to the bit.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import subprocess
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

folder, arguments = pathlib.Path(sys.argv[1]), sys.argv[2:]
generator = numpy.random.default_rng(5)
# name: shape, scale, zero point
EDGES = {"image": ([1, 5, 7, 3], 0.05, 17), "more": ([1, 4, 3, 1], 0.08, -20), "sums": ([1, 4, 3, 1], 0.11, 5), "flat": ([1, 12], 0.11, 5)}


def initializer(name, array):
    return numpy_helper.from_array(array, name)


def write_model(path, real_edges):
    nodes, constants = [], []
    for name, (_, scale, zero) in EDGES.items():
        constants += [initializer(name + "_s", numpy.float32(scale)), initializer(name + "_z", numpy.int8(zero))]
    weights = numpy.random.default_rng(3).integers(-127, 128, (4, 3, 3, 3)).astype("i1")
    constants += [initializer("w", weights), initializer("w_s", numpy.float32(0.01)), initializer("w_z", numpy.int8(0))]
    add = lambda kind, inputs, outputs, **attributes: nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0] + "_node", **attributes))
    real = lambda name, of, like: add("DequantizeLinear", [name, like + "_s", like + "_z"], [of])
    integers = lambda name, of, like: add("QuantizeLinear", [name, like + "_s", like + "_z"], [of])
    # A transposition stands between the input and its integers, a reshape between those of the result and an output.
    add("Transpose", ["image"], ["image_t"], perm=[0, 3, 1, 2])
    if real_edges:
        integers("image_t", "image_q", "image")
        integers("more", "more_q", "more")
    real("image_q" if real_edges else "image_t", "a", "image")
    real("w", "b", "w")
    add("Conv", ["a", "b"], ["c"], strides=[2, 3])
    add("MaxPool", ["c"], ["d"], kernel_shape=[1, 2], pads=[0, 0, 0, 1])
    integers("d", "d_q", "sums")
    real("d_q", "e", "sums")
    add("GlobalAveragePool", ["e"], ["f"])
    real("more_q" if real_edges else "more", "g", "more")
    integers("f", "f_q", "sums")
    real("f_q", "f_r", "sums")
    add("Add", ["f_r", "g"], ["h"])
    integers("h", "h_q" if real_edges else "sums", "sums")
    if real_edges:
        real("h_q", "sums", "sums")
    add("Flatten", ["sums"], ["flat"])
    kind = TensorProto.FLOAT if real_edges else TensorProto.INT8
    tensors = [helper.make_tensor_value_info(name, kind, EDGES[name][0]) for name in EDGES]
    save(helper.make_model(helper.make_graph(nodes, "g", tensors[:2], tensors[2:], constants), ir_version=9,
                           opset_imports=[helper.make_opsetid("", 17)]), path)


def passed(name, numbers, kind):
    """Numbers, in steps of the edge's scale from the int8 zero point, as a type passes them."""
    _, scale, zero = EDGES[name]
    if kind == "float":
        return ((numbers - zero) * numpy.float32(scale)).astype("f4")
    return (numbers + (128 if kind == "uint8" else 0)).astype(kind)


def run(model, inputs, *options):
    numpy.savez(folder / "in.npz", **inputs)
    subprocess.run(["nn-run", folder / model, "-i", folder / "in.npz", "-o", folder / "out.npz", *options, *arguments], check=True, stdout=subprocess.DEVNULL)
    return dict(numpy.load(folder / "out.npz"))


write_model(folder / "real.onnx", True)
write_model(folder / "integers.onnx", False)
numbers = {name: generator.integers(-128, 128, EDGES[name][0]) for name in ("image", "more")}
all_of = lambda kind: {name: passed(name, n, kind) for name, n in numbers.items()}
expected = run("real.onnx", all_of("float"))
steps = {name: numpy.rint(expected[name] / numpy.float32(EDGES[name][1])).astype("i8") + EDGES[name][2] for name in ("sums", "flat")}
assert len(numpy.unique(steps["sums"])) > 4, steps

count = 0
for model in ("real.onnx", "integers.onnx"):
    for options, kinds in [(["--io-type=int8"], dict.fromkeys(EDGES, "int8")), (["--io-type=uint8"], dict.fromkeys(EDGES, "uint8")),
                           (["--io-type=float"], dict.fromkeys(EDGES, "float")),
                           (["--io-type=more=float", "--io-type=uint8", "--io-type=sums=int8"],
                            {"image": "uint8", "more": "float", "sums": "int8", "flat": "uint8"})]:
        given = run(model, {name: passed(name, n, kinds[name]) for name, n in numbers.items()}, *options)
        for name in ("sums", "flat"):
            wanted = passed(name, steps[name], kinds[name])
            assert given[name].dtype == wanted.dtype, (model, options, name, given[name].dtype)
            assert numpy.array_equal(given[name], wanted), (model, options, name, given[name], wanted)
            count += 1
print(f"{count} outputs equal")
