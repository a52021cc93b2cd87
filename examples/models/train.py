# Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the example models on Fashion-MNIST and exports them to ONNX.

For each model: trains on the 60,000 training images with one core and a fixed
seed, writes NAME.onnx, measures that file with ONNX Runtime on the 10,000 test
images, writes NAME.test.npz, and updates models.json and the README's table.
The last epoch's weights are taken: the test images choose nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

import evaluate
import fashion_mnist
from networks import NETWORKS, Network, exportable

OPSET = 17
LABEL_SMOOTHING = 0.05
WEIGHT_DECAY = 0.05

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Recipe:
    """The choices of one training run; they are recorded with the model."""

    epochs: int
    seed: int
    batch: int


def train(name: str, network: Network, recipe: Recipe) -> nn.Module:
    """Returns the trained model; shows progress on stderr."""
    torch.manual_seed(recipe.seed)
    generator = torch.Generator().manual_seed(recipe.seed)
    inputs, targets, loss_of = training_data(network)
    model = network.build().to(memory_format=torch.channels_last).train()
    steps = len(inputs) // recipe.batch
    optimizer = torch.optim.AdamW(
        parameter_groups(model), lr=network.learning_rate, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, network.learning_rate, total_steps=steps * recipe.epochs
    )
    for epoch in range(recipe.epochs):
        begin, total = time.monotonic(), 0.0
        order = torch.randperm(len(inputs), generator=generator)
        # The last, smaller batch is dropped; the order differs in each epoch.
        for step in range(steps):
            chosen = order[step * recipe.batch : (step + 1) * recipe.batch]
            batch = inputs[chosen]
            if network.augment:
                batch = mirrored_and_shifted(batch, generator)
            loss = loss_of(model(batch), targets[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(
            f"{name}: epoch {epoch + 1}/{recipe.epochs}, loss {total / steps:.5f}, "
            f"{time.monotonic() - begin:.1f} s",
            file=sys.stderr,
            flush=True,
        )
    return model


def training_data(network: Network) -> tuple[Tensor, Tensor, Loss]:
    """Returns inputs, targets and the loss between a model's output and these."""
    images, labels = fashion_mnist.load("train")
    inputs = torch.from_numpy(fashion_mnist.to_input(images, network.input_shape))
    if not network.is_classifier:
        return inputs, inputs, nn.MSELoss()
    targets = torch.from_numpy(labels.astype("int64"))
    return inputs, targets, nn.CrossEntropyLoss(label_smoothing=LABEL_SMOOTHING)


def parameter_groups(model: nn.Module) -> list[dict]:
    """Returns AdamW's groups: only weights of layers decay, not biases or norms."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    return [
        {"params": decayed, "weight_decay": WEIGHT_DECAY},
        {"params": others, "weight_decay": 0.0},
    ]


def mirrored_and_shifted(images: Tensor, generator: torch.Generator) -> Tensor:
    """Mirrors half of the images and shifts the whole batch by up to one pixel."""
    mirror = torch.rand(len(images), generator=generator) < 0.5
    images = torch.where(mirror[:, None, None, None], images.flip(3), images)
    row, column = torch.randint(0, 3, (2,), generator=generator).tolist()
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (1, 1, 1, 1))
    return padded[:, :, row : row + height, column : column + width]


def export(network: Network, model: nn.Module, destination: Path) -> None:
    """Writes the model as ONNX with a batch of 1 and checks the file."""
    with warnings.catch_warnings():
        # The TorchScript exporter names nodes after modules; it is announced
        # as deprecated on each call.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            exportable(network, model),
            (torch.zeros(network.input_shape),),
            destination,
            input_names=["input"],
            output_names=[network.output_name],
            opset_version=OPSET,
            # Else the exporter folds every batch normalisation.
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
            dynamo=False,
        )
    onnx.checker.check_model(destination, full_check=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", choices=[*NETWORKS, "all"], default="all")
    parser.add_argument("--epochs", type=int, help="instead of the model's own number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128, help="images per step")
    parser.add_argument("--output", type=Path, default=evaluate.FOLDER, metavar="DIR",
                        help="another folder for the ONNX and test files; "
                        "models.json and the README then stay as they are")  # fmt: skip
    arguments = parser.parse_args()
    if arguments.epochs is not None and arguments.epochs < 1:
        parser.error(f"--epochs: {arguments.epochs} found, at least 1 expected")
    return arguments


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    arguments.output.mkdir(parents=True, exist_ok=True)
    names = list(NETWORKS) if arguments.model == "all" else [arguments.model]
    for name in names:
        network = NETWORKS[name]
        recipe = Recipe(
            arguments.epochs or network.epochs, arguments.seed, arguments.batch
        )
        model = train(name, network, recipe)
        file = arguments.output / f"{name}.onnx"
        export(network, model, file)
        evaluate.write_samples(file, file.with_suffix(".test.npz"))
        description = evaluate.describe(file) | {"training": asdict(recipe)}
        if arguments.output.resolve() == evaluate.FOLDER:
            evaluate.record(description)
        measured = evaluate.quality(description["metric"], description["value"])
        print(f"{name}: {measured}")


if __name__ == "__main__":
    try:
        main()
    except fashion_mnist.DatasetError as error:
        sys.exit(f"train.py: {error}")
