"""What holds for every test: which back end Keras runs on, and how hard Hypothesis tries.

``pytest`` draws a few examples per property, always the same ones, so that the whole run is cheap
and its outcome repeatable. ``pytest --hypothesis-profile long`` draws many more, at random.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# Keras reads these once, when it is first imported: before any test module is.
os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

settings.register_profile("short", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "long", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("short")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--update-golden``: golden files are rewritten with what is printed now.

    Here and not beside the golden files, since pytest asks only the topmost conftest for options.
    """
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")
