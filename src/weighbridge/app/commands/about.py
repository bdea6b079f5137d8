"""What a term, a layer kind, a finding or a format means; without TERM, everything there is."""

from __future__ import annotations

from weighbridge.app import _requests, _topics
from weighbridge.app._arguments import Arguments, Positional, Signature
from weighbridge.app.commands import Command, Reply
from weighbridge.errors import NotFound
from weighbridge.reports.document import Column, Document, Heading, Paragraph, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.app._topics import Topic
    from weighbridge.reports.document import Block

_BARE = Column("")
TERM = Positional("TERM", "such as buffer, kernel size, Conv2D, tied-tensor", least=0, most=9)


def _run(arguments: Arguments) -> Reply:
    topics, wanted = _topics.topics(), " ".join(arguments.positional)
    return _requests.reply(explained(wanted, topics) if wanted else listed(topics), arguments)


def explained(wanted: str, topics: tuple[Topic, ...]) -> Document:
    """Every topic called ``wanted``. Raises ``NotFound`` with the nearest names there are."""
    found = _topics.about(wanted, topics)
    if not found:
        raise NotFound(f"nothing here is called {wanted!r}", hint=_nearest(wanted, topics))
    return Document(wanted, tuple(block for topic in found for block in _blocks(topic)))


def _blocks(topic: Topic) -> Iterator[Block]:
    yield Heading(topic.name, aside=topic.sort)
    for paragraph in _topics.plain(topic.text).split("\n\n"):
        yield Paragraph(" ".join(paragraph.split()))


def listed(topics: tuple[Topic, ...]) -> Document:
    """The name of every topic with the beginning of what there is to say."""
    groups: dict[str, list[Topic]] = {}
    for topic in topics:
        groups.setdefault(topic.group, []).append(topic)
    blocks: list[Block] = []
    for group, members in groups.items():
        rows = tuple((topic.name, _topics.gist(topic)) for topic in members)
        blocks += [Heading(group), Table((_BARE, _BARE), rows)]
    return Document("about", tuple(blocks))


def _nearest(wanted: str, topics: tuple[Topic, ...]) -> str:
    from difflib import get_close_matches

    names = {name.casefold(): name for topic in topics for name in topic.names}
    near = get_close_matches(wanted.casefold(), names, n=3, cutoff=0.6)
    found = ", ".join(dict.fromkeys(names[name] for name in near))
    return (
        f"perhaps {found}; weigh about lists everything" if near else "weigh about lists everything"
    )


COMMAND = Command(
    usage="weigh about [TERM] [options]",
    signature=Signature((TERM,), _requests.OUTPUT),
    run=_run,
    examples=("weigh about", "weigh about buffer", "weigh about Conv2D", "weigh about tied-tensor"),
)
