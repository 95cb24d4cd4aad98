"""HTML that needs nothing else: escaped text, fragments for any page, whole documents."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from leverage.faults import clean
from leverage.render._style import FRAGMENT, PAGE

# The document promises to load nothing and to run no script but its own; a browser holds it to that.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def escape(text: str) -> str:
    """Escape a text for HTML or SVG, safe between tags and within quoted attributes.

    Characters that XML forbids show as U+FFFD, so that an SVG is always well-formed.
    """
    return html.escape(clean(text), quote=True)


def element_id(key: str, part: str = "") -> str:
    """Make an id that is the same on every run and differs between keys.

    Parameters
    ----------
    key : str
        The caller's name for what has the id; any text.
    part : str
        A part of it, such as ``title``: lower-case letters only.

    Returns
    -------
    str

    Examples
    --------
    >>> element_id("kursk ukraine", "title")
    'lv-kursk_20_ukraine.title'
    """
    safe = re.sub(r"[^A-Za-z0-9-]", lambda match: f"_{ord(match[0]):x}_", key)
    return f"lv-{safe}.{part}" if part else f"lv-{safe}"


def details(summary: str, body_html: str, *, opened: bool = False) -> str:
    """Make a block that opens on demand, and always in print.

    Parameters
    ----------
    summary : str
        Plain text of the line that stays visible.
    body_html : str
        Ready HTML of what is behind it.
    opened : bool
        Whether it starts open.

    Returns
    -------
    str
    """
    state = " open" if opened else ""
    return (
        f"<details{state}>\n<summary>{escape(summary)}</summary>\n"
        f'<div class="lv-body">\n{body_html}\n</div>\n</details>'
    )


def figure(svg: str, caption: str = "") -> str:
    """Show an SVG as a figure, which scrolls sideways where the page is too narrow to read it.

    Parameters
    ----------
    svg : str
        A chart of `leverage.render.charts`.
    caption : str
        Plain text below it; empty for none.

    Returns
    -------
    str
    """
    below = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="lv-figure" tabindex="0">\n{svg}{below}\n</figure>'


def fragment(body_html: str, *, key: str) -> str:
    """Make HTML to stand in someone else's page: one section with its own scoped style.

    Parameters
    ----------
    body_html : str
        Ready HTML.
    key : str
        Tells several fragments of one page apart; the section's id is ``element_id(key)``.

    Returns
    -------
    str
    """
    return f'<section class="lv" id="{element_id(key)}">\n<style>{FRAGMENT}</style>\n{body_html}\n</section>'


def page(title: str, body_html: str, *, language: str = "en", style: str = "", script: str = "") -> str:
    """Make a whole document, self-contained: no request to anywhere, and no script unless one is given.

    Parameters
    ----------
    title : str
        Plain text for the document's title; headings are the body's own.
    body_html : str
        Ready HTML of the main part.
    language : str
        BCP 47 tag of the text's language.
    style, script : str
        Further CSS, and JavaScript that runs when all is there. No other script can run.

    Returns
    -------
    str
    """
    policy = _POLICY
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy += f"; script-src 'sha256-{digest}'"
        script = f"\n<script>{script}</script>"
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<title>{escape(title)}</title>
<style>{FRAGMENT}{PAGE}{style}</style>
</head>
<body class="lv-page">
<a class="lv-skip" href="#content">Skip to the content</a>
<main class="lv lv-main" id="content" tabindex="-1">
{body_html}
</main>{script}
</body>
</html>
"""
