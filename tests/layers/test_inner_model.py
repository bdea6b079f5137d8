"""A model inside a layer; that real models come out right is held by the tests of the readers."""

from __future__ import annotations

from tests.layers.written import counted, shares, worked
from tests.witness import call, kind_of
from weighbridge.layers.inner_model import OUTSIDE, InnerCall, InnerModel, chain
from weighbridge.layers.wrapper import TimeDistributed
from weighbridge.model import Custom, Unknown, sizes

CONV = kind_of(call("Conv2D", 8, 3, reads=()))
POOL = kind_of(call("MaxPooling2D", reads=()))
FLATTEN = kind_of(call("Flatten", reads=()))
DENSE = kind_of(call("Dense", 4, reads=()))
ADD = kind_of(call("Add", reads=()))


def test_a_row_of_layers() -> None:
    """Each reads what the one before it gives; all work for every slice."""
    film = TimeDistributed(layer=chain((CONV, POOL, FLATTEN, DENSE)))

    assert counted(film, (10, 8, 8, 3)) == "(3·3·3 + 1)·8 + (72 + 1)·4 = 516"
    assert sizes(film.output((10, 8, 8, 3))) == (10, 4)
    assert worked(film, (10, 8, 8, 3))[0] == "(3·3·3·8·6·6 + 72·4)·10 = 80,640"
    assert shares(film, (10, 8, 8, 3)) == [
        ("conv", "1", "(3·3·3 + 1)·8 = 224"),
        ("dense", "1", "(72 + 1)·4 = 292"),
    ]


def test_a_layer_called_twice_owns_once_and_works_twice() -> None:
    calls = (
        InnerCall(0, ((OUTSIDE, 0),)),
        InnerCall(0, ((0, 0),)),
        InnerCall(1, ((0, 0), (1, 0))),
    )
    model = InnerModel(layers=(DENSE, ADD), calls=calls, ends=((2, 0), (0, 0)))

    assert counted(model, (4,)) == "(4 + 1)·4 = 20"
    assert [sizes(dims) for dims in model.outputs((4,))] == [(4,), (4,)]
    assert worked(model, (4,)) == ("2·4·4 = 32", "2·(4 + 1)·4 = 40")


def test_frozen_layers_are_not_trained() -> None:
    expected = chain((DENSE, DENSE), frozen=(0,)).tensors((3,)) or ()

    assert [tensor.trainable for tensor in expected] == [False, False, True, True]
    assert len({tensor.role for tensor in expected}) == 4


def test_what_is_not_known_inside() -> None:
    """A layer nobody knows leaves the count and what follows it open; nothing becomes 0."""
    model = chain((DENSE, Unknown(native="MyLayer"), DENSE))

    assert model.tensors((3,)) is None
    assert model.output((3,)) is None
    assert model.macs(((3,),), None) is None
    assert chain((Custom(native="Lambda"),)).macs(((3,),), None) is None
    assert counted(chain((DENSE,))) == "(n_in + 1)·4 = ?"


def test_a_row_of_no_layers_hands_on_what_it_reads() -> None:
    assert sizes(chain(()).output((3, 4))) == (3, 4)


def test_sources_that_are_not_there() -> None:
    """A tensor that the reader cannot place is an unknown one."""
    model = InnerModel(layers=(DENSE,), calls=(InnerCall(0, ((OUTSIDE, 7),)),), ends=((0, 3),))

    assert model.output((3,)) is None
    assert counted(model, (3,)) == "(n_in + 1)·4 = ?"
