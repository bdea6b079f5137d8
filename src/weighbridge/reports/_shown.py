"""What a result needs to show itself where it stands: in a shell, in a notebook."""

from __future__ import annotations


class Shown:
    """Prints as text; a notebook shows it as a page's part."""

    __slots__ = ()

    def render(self, format: str = "text", **options: object) -> str:
        """This result in one of ``formats()``, with the options of ``reports.render``."""
        from weighbridge.reports import render

        return render(self, format, **options)  # type: ignore[arg-type]  # width and colour are checked where they are used

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return self.render().rstrip("\n")

    def _repr_html_(self) -> str:
        from weighbridge.reports.formats import Report
        from weighbridge.reports.formats.html import fragment

        return fragment(Report(self, "html"))
