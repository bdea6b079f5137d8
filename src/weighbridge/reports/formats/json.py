"""JSON for programs, schema ``weighbridge/1``; its description is ``weighbridge-1.schema.json``.

A number that is not known is ``null``. Totals name the layers that are missing from them.
"""

from __future__ import annotations

from weighbridge.reports.formats import Renderer, Report


def _render(report: Report) -> str:
    import json

    return json.dumps(report.record, indent=2, ensure_ascii=False) + "\n"


RENDERER = Renderer("json", (".json",), _render)
