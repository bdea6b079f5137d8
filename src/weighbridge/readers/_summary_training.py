"""Which layers of a printed table train: as a column says, or as the totals below demand."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Finding
from weighbridge.model import Layer, Tensor, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._summary_types import Table

_MOST_SUMS = 200_000
"""Sums of layers that are looked at for the frozen ones."""


class FrozenLayers(Finding):
    """Layers that must be frozen for the printed totals to be right.

    The table has no column that says which layers train, but its line "Non-trainable params" is
    larger than what moving statistics come to, and only these layers make up the rest.
    """


class FrozenUnclear(Finding):
    """The printed number of frozen parameters fits no choice of layers, or several.

    Which layers are frozen cannot be told; they are counted as trained.
    """


def trained(layers: tuple[Layer, ...], table: Table) -> tuple[tuple[Layer, ...], list[Finding]]:
    """``layers`` with those frozen that the table has so, and what was concluded."""
    columns = [row.trainable for row in table.rows]
    if any(told is False for told in columns):
        return _by_column(layers, table), []
    frozen = table.total("frozen")
    if frozen is None or frozen.low != frozen.high or table.producer not in ("keras", "torch"):
        return layers, []
    missing = frozen.low - sum(_frozen(layer) for layer in layers)
    if missing <= 0:
        return layers, []
    return _concluded(layers, missing, table)


def _by_column(layers: tuple[Layer, ...], table: Table) -> tuple[Layer, ...]:
    frozen = {row.name for row in table.rows if row.trainable is False}
    return tuple(
        replace(layer, trainable=layer.path.rpartition(".")[2] not in frozen) for layer in layers
    )


def _frozen(layer: Layer) -> int:
    return sum(tensor.size for tensor in layer.tensors or () if tensor.trainable is False)


def _trains(layer: Layer) -> int:
    return sum(tensor.size for tensor in layer.tensors or () if tensor.trainable is not False)


def _concluded(
    layers: tuple[Layer, ...], missing: int, table: Table
) -> tuple[tuple[Layer, ...], list[Finding]]:
    sizes = {i: _trains(layer) for i, layer in enumerate(layers) if _trains(layer)}
    chosen = _chosen(sizes, missing)
    if chosen is not None:
        names = ", ".join(layers[i].path for i in chosen[:5]) + (" …" if len(chosen) > 5 else "")  # noqa: PLR2004  # a line
        kept = tuple(replace(layer, trainable=i not in chosen) for i, layer in enumerate(layers))
        return kept, [
            FrozenLayers(
                "", f"{missing:,} more frozen parameters than statistics: frozen are {names}"
            )
        ]
    within = [
        i
        for i, layer in enumerate(layers)
        if isinstance(layer.kind, Unknown) and sizes.get(i, 0) > missing
    ]
    if len(within) == 1:
        (place,) = within
        return (*layers[:place], _split(layers[place], missing), *layers[place + 1 :]), []
    return layers, [FrozenUnclear("", f"{missing:,} frozen parameters fit no one choice of layers")]


def _split(layer: Layer, frozen: int) -> Layer:
    """A layer of which only the count is known, in a part that trains and one that does not."""
    (tensor,) = layer.tensors or ()
    parts = ((tensor.size - frozen, "trained", None), (frozen, "frozen", False))
    made = tuple(
        Tensor(f"{layer.path}.{name}", (n,), role=name, trainable=train) for n, name, train in parts
    )
    return replace(layer, tensors=made)


def _chosen(sizes: dict[int, int], wanted: int) -> tuple[int, ...] | None:
    """The layers that come to ``wanted``: all up to one, one alone, or the only choice there is."""
    places = list(sizes)
    total = 0
    for number, place in enumerate(places):
        total += sizes[place]
        if total == wanted:
            return tuple(places[: number + 1])
    alone = [place for place in places if sizes[place] == wanted]
    if len(alone) == 1:
        return (alone[0],)
    sums: dict[int, tuple[int, ...] | None] = {0: ()}
    for place in places:
        for total, chosen in list(sums.items()):
            more = total + sizes[place]
            if more <= wanted:
                both = more in sums or chosen is None
                sums[more] = None if both else (*chosen, place)  # type: ignore[misc]  # not None here
        if len(sums) > _MOST_SUMS:
            return None
    return sums.get(wanted)
