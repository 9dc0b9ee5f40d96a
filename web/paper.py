"""A text on paper: key, revision, day, approvers, the reminder that paper grows old, and a code that opens the answer
to "is this still current?".

    draw(sheet, now)        the PDF, A4, as bytes

Letters come from the font that the package `font-source-sans-pro` ships; the code is drawn by `segno`. Pictures are
left out: a page of duties has none, and drawing never opens an address.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace, TextStyle

import kb.markdown
from kb.model import Revision
from web.catalogue import _

FONT, MARGIN, CODE = "source", 18.0, 24.0  # millimetres
_INK, _SOFT, _LINE = (20, 26, 32), (90, 98, 106), (190, 196, 200)
_PICTURE, _BETWEEN = re.compile(r"<img[^>]*>"), re.compile(r">\n+<")
_LINES, _TAG = re.compile(r"<(p|ul|ol)>"), re.compile(r"<[^>]+>")
_CELL = re.compile(r"(<t[dh]\b[^>]*>)(.*?)(?=</t[dh]>)", re.DOTALL)
_FACES = {"": "Regular", "B": "Semibold", "I": "It", "BI": "SemiboldIt"}
logging.getLogger("fpdf").setLevel(logging.ERROR)  # a letter no font holds is not worth a line
logging.getLogger("fontTools").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes on paper. `facts` stand below the title, `address` is where the code leads, `standing` says why the
    text is not in force ("" when it is), `printed` the day in words."""

    key: str
    text: Revision
    revision: str
    facts: tuple[str, ...]
    standing: str
    address: str
    printed: str
    organisation: str


def draw(sheet: Sheet, now: datetime) -> bytes:
    """The PDF, with its words in the language of the page being written."""
    try:
        return _drawn(sheet, now, kb.markdown.render(sheet.text.body))
    except (NotImplementedError, AssertionError, LookupError, ValueError, AttributeError):
        return _drawn(sheet, now, None)  # a construction that the PDF library cannot lay out: its plain words


def _drawn(sheet: Sheet, now: datetime, body: str | None) -> bytes:
    page = _Page(sheet)
    try:
        page.set_creation_date(now)
        page.add_page()
        page.opening()
        page.duties()
        page.essentials(body)
        return bytes(page.output())
    finally:
        for font in page.fonts.values():
            font.ttfont.close()


def _layable(html: str) -> str:
    """What the PDF library can lay out: no pictures, cells of plain words, lines some way apart."""
    html = _BETWEEN.sub("><", _PICTURE.sub("", html))
    html = _CELL.sub(lambda found: found[1] + _TAG.sub("", found[2]), html)
    return _LINES.sub(r'<\1 line-height="1.35">', html)


@cache
def _files() -> Path:
    found = find_spec("font_source_sans_pro")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package font-source-sans-pro is not installed.")
    return Path(found.origin).parent / "files"


class _Page(FPDF):  # type: ignore[misc]  # the library is not typed
    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4")
        self.sheet = sheet
        for style, name in _FACES.items():
            self.add_font(FONT, style, _files() / f"SourceSansPro-{name}.ttf")
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + 8)
        self.set_title(f"{sheet.key} {sheet.text.title}")
        self.set_lang(sheet.text.language)
        self.set_author(sheet.organisation or "Quisait")
        self.set_creator("Quisait")

    def say(self, text: str, size: float, style: str = "", soft: bool = False, gap: float = 0) -> None:
        self.set_font(FONT, style, size)
        self.set_text_color(*(_SOFT if soft else _INK))
        self.multi_cell(0, size * 0.48, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(gap)

    def header(self) -> None:
        self.set_font(FONT, "", 9)
        self.set_text_color(*_SOFT)
        self.cell(0, 5, f"{self.sheet.key} · {self.sheet.revision}")
        self.cell(0, 5, self.sheet.organisation, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(3)

    def footer(self) -> None:
        """On every page, in both languages: what is printed is not looked after."""
        self.set_y(-MARGIN)
        self.set_draw_color(*_LINE)
        self.line(MARGIN, self.get_y() - 1, self.w - MARGIN, self.get_y() - 1)
        self.set_font(FONT, "B", 9)
        self.set_text_color(*_INK)
        self.cell(0, 4.5, "Uncontrolled when printed · Non maîtrisé une fois imprimé")
        self.set_font(FONT, "", 9)
        self.cell(0, 4.5, f"{self.page_no()} / {{nb}}", align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*_SOFT)
        said = _("Printed on %(day)s. Still current?", day=self.sheet.printed)
        self.cell(0, 4.5, f"{said} {self.sheet.address}", link=self.sheet.address)

    def opening(self) -> None:
        top, right = self.get_y(), self.w - MARGIN
        self._code(right - CODE, top)
        self.set_right_margin(MARGIN + CODE + 4)
        self.say(self.sheet.text.title, 19, "B", gap=1.5)
        for each in self.sheet.facts:
            self.say(each, 9.5, soft=True)
        if self.sheet.standing:
            self.ln(1)
            self.say(self.sheet.standing, 11, "B")
        self.set_right_margin(MARGIN)
        self.set_y(max(self.get_y(), top + CODE) + 3)
        self.say(kb.markdown.plain(self.sheet.text.summary), 11.5, gap=4)

    def duties(self) -> None:
        if not self.sheet.text.duties:
            return
        self.set_font(FONT, "", 10)
        self.set_draw_color(*_LINE)
        head = FontFace(emphasis="BOLD", color=_SOFT)
        with self.table(
            col_widths=(13, 32, 84, 45), text_align="LEFT", borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=head, line_height=4.8, padding=1.2,
        ) as table:  # fmt: skip
            table.row((_("Step"), _("Who"), _("What"), _("Rule")))
            for each in self.sheet.text.duties:
                row = table.row()
                row.cell(each.step)
                row.cell(each.role, style=FontFace(emphasis="BOLD"))
                row.cell(each.what)
                row.cell(each.rule, style=FontFace(color=_SOFT))
        self.ln(4)

    def essentials(self, body: str | None) -> None:
        if not self.sheet.text.body:
            return
        self.set_text_color(*_INK)
        if body is None:
            self.say(self.sheet.text.body, 10.5)
            return
        self.set_font(FONT, "", 10.5)
        heading = TextStyle(font_family=FONT, font_style="B", font_size_pt=12, color=_INK, t_margin=3, b_margin=1)
        styles = dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), heading)
        plain = TextStyle(font_family=FONT, font_size_pt=10, color=_INK)
        styles |= {"code": plain, "pre": plain}
        self.write_html(_layable(body), font_family=FONT, tag_styles=styles, li_prefix_color=_INK, ul_bullet_char="•")

    def _code(self, left: float, top: float) -> None:
        """The code as squares, sharp at any size."""
        rows = [list(row) for row in segno.make(self.sheet.address, error="m", micro=False).matrix]
        side = CODE / len(rows)
        self.set_fill_color(0, 0, 0)
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    self.rect(left + across * side, top + down * side, side, side, style="F")
