"""PDF by Typst, with the fonts that come with the product and no others."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
TEMPLATES = HERE / "typst"
FONTS = HERE / "fonts"


class Press:
    """One template, ready to print many documents (fonts and template are read once)."""

    def __init__(self, template: str) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
        self._compiler = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=fonts)

    def print(self, content: dict[str, Any], moment: datetime) -> bytes:
        """Fill the template with `content` (plain values); equal content gives equal bytes.

        moment: what the document tells as its date of creation; wall time of the school.
        """
        filled = self._compiler.compile(
            format="pdf",
            sys_inputs={"content": json.dumps(content, ensure_ascii=False, sort_keys=True)},
            timestamp=moment.replace(tzinfo=UTC),
        )
        if not isinstance(filled, bytes):
            message = "Typst gave no single document"
            raise TypeError(message)
        return filled
