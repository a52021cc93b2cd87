"""Writes tensor files for a model with the input `input`, f32[1,1,28,28]: sound ones and damaged ones.

usage: tensor_files.py FOLDER
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy
from onnx import numpy_helper

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
image = numpy.random.default_rng(7).random((1, 1, 28, 28), numpy.float32)

numpy.savez(folder / "sound.npz", input=image)
numpy.savez(folder / "wrong-name.npz", image=image)
numpy.savez(folder / "wrong-type.npz", input=image.astype(numpy.float64))
numpy.savez(folder / "two.npz", input=image, other=image)
numpy.save(folder / "any-name.npy", image)
numpy.save(folder / "big-endian.npy", image.astype(">f4"))
numpy.save(folder / "column-major.npy", numpy.asfortranarray(image.reshape(28, 28)))
(folder / "any-name.pb").write_bytes(numpy_helper.from_array(image, "someone").SerializeToString())

sound = (folder / "sound.npz").read_bytes()
(folder / "cut.npz").write_bytes(sound[:len(sound) // 2])
middle = len(sound) // 2
(folder / "bit-flip.npz").write_bytes(sound[:middle] + bytes([sound[middle] ^ 1]) + sound[middle + 1:])
(folder / "text.npz").write_text("not an archive\n")
(folder / "empty.npz").write_bytes(b"")
(folder / "text.npy").write_text("not an array\n")
(folder / "cut.npy").write_bytes((folder / "any-name.npy").read_bytes()[:500])
(folder / "text.pb").write_text("not a tensor\n")
