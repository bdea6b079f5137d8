"""Sources that cost more than they should, are broken, or describe what cannot be.

Those that can be written down stand in ``cases/``, one after the other, each under a line
``=== name``; those that are only long are made here.
"""

from __future__ import annotations

from pathlib import Path

IMPORTS = "import keras\nfrom keras.layers import *\n"
MODEL = "\nimport keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
"""4·3 + 3 = 15 parameters."""


def cases(name: str) -> dict[str, str]:
    """The sources in ``cases/<name>.txt`` by what they are called."""
    text = (Path(__file__).parent / "cases" / f"{name}.txt").read_text("utf-8")
    parts = (part.partition("\n") for part in text.split("=== ")[1:])
    return {title: source.rstrip() + "\n" for title, _, source in parts}


ENDLESS = {name: IMPORTS + source for name, source in cases("endless").items()}

HARMLESS = {name: source + MODEL for name, source in cases("harmless").items()} | {
    "parentheses": "x = " + "(" * 150 + "1" + ")" * 150 + MODEL,
    "branches": "if 0: pass\n" + "elif 0: pass\n" * 5000 + MODEL,
    "chain of calls": "x = a" + "()" * 5000 + MODEL,
    "chain of comparisons": "x = " + "<".join(["1"] * 10_000) + MODEL,
    "form feed": "\x0c" + MODEL,
}

BROKEN = cases("broken") | {
    "tabs and spaces": "if 1:\n\tx = 1\n        y = 2\n",
    "nested parentheses": "x = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
    "nested negations": "x = " + "not " * 20_000 + "1\n",
    "nested attributes": "x = a" + ".b" * 50_000 + "\n",
    "long sum": "x = " + " + ".join(["1"] * 50_000) + "\n",
    "long number": "x = " + "9" * 5000 + "\n",
    "null": "x = 1\0\n",
}

IMPOSSIBLE = {name: IMPORTS + source for name, source in cases("impossible").items()} | {
    "far to the right": (
        f"{IMPORTS}a = Input((4,))\nmodel = keras.Model(a, [{'Dense(2)(a), ' * 30}Dense(-1)(a)])\n"
    ),
}

NO_MODEL = {
    "empty": "",
    "blank": "\n\n   \n# nothing\n",
    "no model": "import os\nprint(1)\ndef f(x): return x\n",
    "another library": "import sklearn.svm\nmodel = sklearn.svm.SVC()\n",
    "only imports": "import keras\nfrom keras import layers\n",
    "saved notebook": '{"cells": [{"cell_type": "code", "source": ["import keras"]}]}',
}

UNREADABLE = {
    "bytes": bytes(range(256)) * 20,
    "Latin-1": b"# caf\xe9\nx = 1\n",
    "UTF-16": MODEL.encode("utf-16"),
    "compiled": b"\xa7\r\r\n\x00\x00\x00\x00",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}
