"""Is a parameter count right? Train the network, and count the numbers that the training changes.

weighbridge derives the count of each layer from its settings and never looks at a value. This
example asks a witness who knows nothing of formulas: the optimizer. It builds ``lenet5`` and
``lenet5-1998`` from the very files that weighbridge reads, trains them on the 1,797 handwritten
digits that scikit-learn brings along, and compares every stored number with what it was before.
What changed must be the 61,706 and 60,000 trainable parameters counted, layer by layer; the 840
centres of the network of 1998 must have stayed what they were.

    pip install '.[examples]'
    python examples/lenet5.py                      # both, half a minute or a minute each
    python examples/lenet5.py --plot learned.png   # and draw what they have learned
    python examples/lenet5.py --only lenet5-1998

The exit code is 0 if the counts agree and at least 97 % of the digits held back are read right.
"""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from pathlib import Path
from typing import NamedTuple

os.environ["KERAS_BACKEND"] = "torch"  # read once, when Keras is imported

import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np
import torch
from keras import ops
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray
from sklearn.datasets import load_digits  # type: ignore[import-untyped]  # ships no types
from sklearn.model_selection import train_test_split  # type: ignore[import-untyped]  # as above

import weighbridge
from weighbridge.formula import plain
from weighbridge.readers import known_name

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

NETWORKS = ("lenet5", "lenet5-1998")
ENOUGH = 0.97
"""Share of the digits held back that a trained network must read right."""
EPOCHS = 30
BATCH, LEARNING_RATE = 32, 4e-3
SHIFT = 3
"""Pixels a digit is moved at most, in each direction, before it is shown once more."""
PAPER, INK = -0.1, 1.175
"""Brightness of background and ink in LeCun et al. 1998: about 0 on average, variance about 1."""
JUNK = 0.1
"""The paper's j: a class whose distance is far above it is not pushed away any further."""

AGREED = "Training changed exactly the parameters counted as trainable, and nothing else."
LINE = "  {:9}  {:>16}  {:>9}  {:>9}  {:>6}  {:>9}"


class Digits(NamedTuple):
    """Images (n, 32, 32, 1) and what they show: some to learn from, some held back."""

    images: Images
    labels: Labels
    held_images: Images
    held_labels: Labels


class Trained(NamedTuple):
    """A trained network, and what was noted on the way."""

    name: str
    model: keras.Model
    right: list[float]
    """Share of the digits held back that are read right, after each epoch."""
    confusion: NDArray[np.int64]
    """(10, 10): how many digits of each class (row) were read as which (column)."""
    changed: dict[str, NDArray[np.bool_]]
    """For each of the model's tensors by its path, which of its values training changed."""


# -- the digits ----------------------------------------------------------------------------------


def digits() -> Digits:
    """scikit-learn's digits of 8×8 pixels, brought to the 32×32 that LeNet-5 reads."""
    found = load_digits()
    small = found.images[..., np.newaxis].astype("float32") / found.images.max()
    large = np.asarray(ops.image.resize(small, (32, 32), interpolation="bilinear"))
    images, held_images, labels, held_labels = train_test_split(
        PAPER + (INK - PAPER) * large, found.target, stratify=found.target, random_state=0
    )
    return Digits(images, labels, held_images, held_labels)


def shifted(images: Images, random: np.random.Generator) -> Images:
    """Each image moved by some pixels at random; paper comes in at the border."""
    around = ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0))
    wide = np.pad(images, around, constant_values=PAPER)
    corners = zip(wide, *random.integers(0, 2 * SHIFT + 1, (2, len(images))), strict=True)
    return np.stack([image[y : y + 32, x : x + 32] for image, y, x in corners])


# -- training ------------------------------------------------------------------------------------


def built(name: str) -> keras.Model:
    """The network as its file in ``weighbridge/known`` builds it, with fresh random values."""
    keras.backend.clear_session()  # layers are numbered from the start: conv2d, conv2d_1
    return runpy.run_path(known_name.file_of(name))["model"]


def nearness(model: keras.Model, images: Images) -> Images:
    """For each image and class a number, the larger the likelier.

    The radial-basis output of 1998 gives distances: the smaller, the likelier.
    """
    scores: Images = model.predict(images, batch_size=len(images), verbose=0)
    return -scores if is_radial(model) else scores


def is_radial(model: keras.Model) -> bool:
    """Whether the network ends in the distances of a radial-basis layer."""
    return type(model.layers[-1]).__name__ == "RadialBasis"


def discriminative(labels: torch.Tensor, distances: torch.Tensor) -> torch.Tensor:
    """The loss of LeCun et al. 1998, equation 9: near to the right class, far from the others."""
    right = torch.take_along_dim(distances, labels.long(), dim=1)[:, 0]
    junk = torch.full_like(distances[:, :1], JUNK)
    return right + torch.logsumexp(-torch.cat([distances, junk], dim=1), dim=1)


def values(model: keras.Model) -> dict[str, NDArray[np.float32]]:
    """A copy of every number the model stores, trained or not, by the path of its tensor."""
    return {tensor.path: np.array(ops.convert_to_numpy(tensor)) for tensor in model.variables}


def compiled(name: str, steps: int) -> keras.Model:
    """A new network, ready to train for so many steps.

    Adam without weight decay leaves alone a number whose gradient is always 0, so that a parameter
    the network makes no use of would be seen; decay would shrink it all the same.
    """
    keras.utils.set_random_seed(1998)
    model = built(name)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    loss = discriminative if is_radial(model) else "sparse_categorical_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss)
    return model


def train(name: str, data: Digits, epochs: int) -> Trained:
    """Trains a network and notes which of its numbers change.

    They are compared after each epoch and not only at the end: among tens of thousands, one may
    well come back to exactly the value it started from.
    """
    random = np.random.default_rng(1998)
    model = compiled(name, steps=epochs * -(-len(data.images) // BATCH))
    before = values(model)
    changed = {path: np.zeros(held.shape, bool) for path, held in before.items()}
    right = []
    for epoch in range(1, epochs + 1):
        images, labels = shifted(data.images, random), data.labels[:, np.newaxis]
        (loss,) = model.fit(images, labels, batch_size=BATCH, verbose=0).history["loss"]
        for path, held in values(model).items():
            changed[path] |= held != before[path]
        read = nearness(model, data.held_images).argmax(axis=1)
        right.append(float(np.mean(read == data.held_labels)))
        if epoch in (1, epochs) or epoch % 5 == 0:
            print(f"  epoch {epoch:2}   loss {loss:7.3f}   held back: {right[-1]:6.1%} right")
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (data.held_labels, read), 1)
    return Trained(name, model, right, confusion, changed)


# -- the witness ---------------------------------------------------------------------------------


class Counts(NamedTuple):
    """What is counted beside what was seen."""

    trainable: int
    changed: int
    frozen: int
    unchanged: int

    @property
    def agree(self) -> bool:
        """Whether training changed as many values as can be trained, and no others."""
        return self.trainable == self.changed and self.frozen == self.unchanged


def counts(trained: Trained, row: weighbridge.Row) -> Counts:
    """One layer: what weighbridge counts in it, and what training did to its values."""
    tensors = trained.model.get_layer(row.path).variables
    masks = [trained.changed[tensor.path] for tensor in tensors]
    changed = sum(int(mask.sum()) for mask in masks)
    stored = sum(mask.size for mask in masks)
    return Counts(int(row.trainable), changed, int(row.frozen) + int(row.buffers), stored - changed)


def compare(trained: Trained) -> bool:
    """Prints counted beside changed for each layer that owns anything; whether all agree."""
    weighing = weighbridge.weigh(trained.name)
    found = {row: counts(trained, row) for row in weighing.layers}
    total = Counts(*map(sum, zip(*found.values(), strict=True)))
    stored = sum(mask.size for mask in trained.changed.values())
    print()
    print(LINE.format("layer", "derivation", "trainable", "changed", "frozen", "unchanged"))
    for row, each in found.items():
        if any(each) and row.derived is not None:
            print(LINE.format(row.path, plain(row.derived), *map("{:,}".format, each)))
    print(LINE.format("total", "", *map("{:,}".format, total)))
    # The layers of the weighing hold all there is: nothing stored is left out of the comparison.
    complete = total.changed + total.unchanged == stored
    return complete and all(each.agree for each in found.values())


# -- what was learned ----------------------------------------------------------------------------


def draw(everything: list[Trained], data: Digits, path: Path) -> None:
    """Writes a picture: a row for each network, with how it learned and what it looks for."""
    figure = Figure(figsize=(15, 4.2 * len(everything)), layout="constrained")
    rows = figure.subfigures(len(everything), 1, squeeze=False)[:, 0]
    for row, trained in zip(rows, everything, strict=True):
        row.suptitle(f"{trained.name}: {trained.right[-1]:.1%} of the digits held back are right")
        curve, filters, maps, confusion = row.subfigures(1, 4, width_ratios=(4, 3, 3, 4))
        draw_curve(curve, trained)
        first = trained.model.layers[0]
        kernels = np.asarray(ops.convert_to_numpy(first.kernel))[:, :, 0]
        draw_grid(filters, kernels, "its six filters of 5×5", "RdBu")
        digit = data.held_images[:1]
        seen = ops.convert_to_numpy(ops.stop_gradient(first(digit)))[0]
        draw_grid(maps, seen, f"what they make of a {data.held_labels[0]}", "gray")
        draw_confusion(confusion, trained)
    figure.savefig(path, dpi=110)


def draw_curve(area: SubFigure, trained: Trained) -> None:
    """The share of digits read right after each epoch."""
    axes = area.subplots()
    axes.plot(range(1, len(trained.right) + 1), trained.right, marker=".")
    axes.axhline(ENOUGH, linestyle=":", color="gray")
    axes.set(xlabel="epoch", ylabel="held back, read right", ylim=(min(0.9, *trained.right), 1))


def draw_grid(area: SubFigure, maps: Images, title: str, colours: str) -> None:
    """Six maps (height, width, 6) in three rows, brightness on one scale around 0."""
    area.suptitle(title, fontsize="medium")
    most = np.abs(maps).max()
    for axes, each in zip(area.subplots(3, 2).flat, np.moveaxis(maps, -1, 0), strict=True):
        axes.imshow(each, cmap=colours, vmin=-most, vmax=most)
        axes.set_axis_off()


def draw_confusion(area: SubFigure, trained: Trained) -> None:
    """Which digit was taken for which."""
    axes = area.subplots()
    axes.imshow(trained.confusion, cmap="Blues", norm="symlog")
    for (digit, read), number in np.ndenumerate(trained.confusion):
        if number:
            colour = "white" if digit == read else "black"
            axes.text(read, digit, str(number), ha="center", va="center", color=colour)
    axes.set(xlabel="read as", ylabel="digit", xticks=range(10), yticks=range(10))


def main(words: list[str] | None = None) -> int:
    """Trains, compares and draws; 0 if every network learned enough and every count agrees."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=NETWORKS, help="one of the two networks")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="times each digit is shown")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw what was learned: a .png")
    asked = parser.parse_args(words)

    torch.set_num_threads(1)  # so small a network gains nothing from more, and repeats exactly
    data = digits()
    print(f"{len(data.images):,} digits to learn from, {len(data.held_images)} held back")
    everything, faults = [], []
    for name in [asked.only] if asked.only else NETWORKS:
        print(f"\n{name}")
        trained = train(name, data, asked.epochs)
        everything.append(trained)
        if not compare(trained):
            faults.append(f"{name}: what training changed is not what is counted as trainable")
        if trained.right[-1] < ENOUGH:
            faults.append(f"{name}: fewer than {ENOUGH:.0%} of the digits held back are right")
    if asked.plot:
        draw(everything, data, asked.plot)
        print(f"\ndrawn: {asked.plot}")
    print("\n" + "\n".join(faults or [AGREED]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
