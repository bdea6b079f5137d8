"""Writes what can be written from the code: the reference pages, and the transcripts of the README.

    python docs/generate.py

Both are kept in the repository; a test fails when they are out of date. The pages come from the
docstrings of what they describe.
"""

from __future__ import annotations

import io
import re
import shlex
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.app import _topics
from weighbridge.app.cli import main as weigh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from weighbridge.app._topics import Topic

ROOT = Path(__file__).parents[1]
REFERENCE = Path("docs", "reference")
HEADINGS = {
    "layers": "Layer kinds",
    "sources": "Sources",
    "formats": "Report formats",
    "findings": "Findings",
    "assumptions": "Assumptions",
    "glossary": "Glossary",
}
NOTICE = "<!-- Made by docs/generate.py from docstrings; change those. -->"
TRANSCRIPT = re.compile(r"```console\n\$ weigh (?P<words>.*)\n(?:(?!```).*\n)*```")


def files() -> dict[Path, str]:
    """The text of every file that is written, by its path in the repository."""
    readme = Path("README.md")
    return {readme: told((ROOT / readme).read_text(encoding="utf-8")), **reference()}


def told(text: str) -> str:
    """``text`` with each ``$ weigh …`` of a console block followed by what it prints."""
    return TRANSCRIPT.sub(_transcript, text)


def _transcript(block: re.Match[str]) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        weigh(shlex.split(block["words"]))
    return f"```console\n$ weigh {block['words']}\n{printed.getvalue()}```"


# -- the reference -------------------------------------------------------------------------------


def reference() -> dict[Path, str]:
    """The reference pages."""
    bodies = {
        "layers": _entries(_topics.kinds()),
        "sources": _entries(_topics.sources()),
        "formats": _entries(_topics.formats()),
        "findings": _entries(_topics.findings()),
        "assumptions": _entries(_topics.assumed()),
        "glossary": _glossary(),
        "README": _contents(),
    }
    headings = {**HEADINGS, "README": "Reference"}
    return {
        REFERENCE / f"{name}.md": f"{NOTICE}\n\n# {headings[name]}\n\n{body}\n"
        for name, body in bodies.items()
    }


def _contents() -> str:
    return "\n".join(f"- [{heading}]({name}.md)" for name, heading in HEADINGS.items())


def _entries(topics: Iterable[Topic]) -> str:
    return "\n\n".join(f"## {topic.name}\n\n{_markdown(topic.text)}" for topic in topics)


def _glossary() -> str:
    groups: dict[str, list[Topic]] = {}
    for topic in _topics.terms():
        groups.setdefault(topic.group, []).append(topic)
    return "\n\n".join(
        f"## {group}\n\n" + "\n".join(f"- **{term.name}**: {term.text}" for term in terms)
        for group, terms in groups.items()
    )


def _markdown(docstring: str) -> str:
    return docstring.replace("``", "`")


def main() -> None:
    """Writes the files, and removes pages nothing is left of."""
    made = files()
    for path, text in made.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
    for page in (ROOT / REFERENCE).glob("*.md"):
        if page.relative_to(ROOT) not in made:
            page.unlink()


if __name__ == "__main__":
    main()
