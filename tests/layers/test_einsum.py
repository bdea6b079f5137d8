from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.operations import FEW, Tensor, agree, flops, of_a_sample, use
from weighbridge.errors import Impossible
from weighbridge.formula import equation, symbolic, value
from weighbridge.layers import Fixed, make
from weighbridge.layers.einsum import Einsum

LENGTHS = {"a": 2, "b": 3, "c": 4, "d": 5}


@st.composite
def equations(draw: st.DrawFn) -> tuple[str, list[Tensor]]:
    """An equation over one to three tensors, some axes unnamed at times, and such tensors."""
    terms, tensors = [], []
    for _ in range(draw(st.integers(1, 3))):
        named = draw(st.permutations("abcd"))[: draw(st.integers(0, 3))]
        term, shape = "".join(named), [LENGTHS[letter] for letter in named]
        if draw(st.booleans()):
            unnamed = draw(st.sampled_from(([], [6], [1])))
            term, shape = "..." + term, [*unnamed, *shape]
        terms.append("s" + term)
        tensors.append(Tensor(tuple(shape)))
    present = sorted(set("".join(terms)) & set(LENGTHS))
    outcome = "".join(draw(st.permutations(present))[: draw(st.integers(0, 4))])
    dots = "..." if any("." in term for term in terms) else ""
    written = f"{','.join(terms)}->s{dots}{outcome}"
    return written if draw(st.booleans()) else ",".join(terms), tensors


@given(equations())
def test_equations(made: tuple[str, list[Tensor]]) -> None:
    written, tensors = made
    agree(use("keras:ops.einsum", written, *tensors))


@pytest.mark.parametrize(
    "written", ["ij->k", "ij,jk", "i->i", "ij->ii", "ij...k...->i", "i,ij->j", "ijkl->i"]
)
def test_what_numpy_refuses_is_refused(written: str) -> None:
    agree(use("keras:ops.einsum", written, Tensor((4, 5), samples=False)))


@pytest.mark.parametrize(
    ("written", "left", "right"),
    [
        ("bij,bjk->bik", (4, 5), (5, 6)),
        ("bij,bkj->bik", (4, 5), (6, 5)),
        ("bthd,bshd->bhts", (4, 2, 5), (6, 2, 5)),
        ("bhts,bshd->bthd", (2, 4, 6), (6, 2, 5)),
        ("bi,bj->bij", (4,), (5,)),
    ],
)
def test_work_is_what_the_compiler_counts(
    written: str, left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    work = Einsum(equation=written).macs((left, right), None)

    assert work is not None
    made = use("keras:ops.einsum", written, Tensor(left), Tensor(right))
    assert 2 * FEW * (value(work) or 0) == flops(made)


def test_a_projection_with_a_weight() -> None:
    """Heads made of 512 values by one weight, as in transformers: 10 steps, 8 heads of 64."""
    projection = make("tf", "einsum", ["btd,dhk->bthk", object(), Fixed((512, 8, 64))], {})

    work = projection.macs(((10, 512),), None)
    assert work is not None
    assert symbolic(work) == "t·d·h·k"
    assert equation(work) == "10·512·8·64 = 2,621,440"
    weight = Tensor((512, 8, 64), False)
    assert of_a_sample(use("tf:einsum", "btd,dhk->bthk", Tensor((10, 512)), weight)) == (
        (10, 8, 64),
    )


def test_one_tensor_is_no_product() -> None:
    assert Einsum(equation="bij->bji").macs(((4, 5),), None) == Einsum(equation="bii->b").macs(
        ((4, 4),), None
    )


def test_matvec() -> None:
    made = use("tf:linalg.matvec", Tensor((3, 4, 5)), Tensor((3, 5)))
    turned = use("tf:linalg.matvec", Tensor((3, 4, 5)), Tensor((3, 4)), transpose_a=True)

    assert of_a_sample(made) == ((3, 4),)
    assert of_a_sample(turned) == ((3, 5),)


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(Impossible, match="reads 2 tensors, not 1"):
        of_a_sample(use("tf:einsum", "bij,bjk->bik", Tensor((4, 5))))
    with pytest.raises(Impossible, match="'bijk' of bijk->b"):
        of_a_sample(use("tf:einsum", "bijk->b", Tensor((4, 5))))
