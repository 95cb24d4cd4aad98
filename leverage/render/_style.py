"""The stylesheet of fragments and pages; every selector begins with ``.lv``."""

from __future__ import annotations

# A fragment paints its own background: a notebook may be light where the system is dark.
FRAGMENT = """
.lv { --lv-ink: #1a1a1a; --lv-soft: #595959; --lv-paper: #ffffff; --lv-tint: #f5f6f7; --lv-rule: #c9ccd0;
  --lv-link: #005a8c; color: var(--lv-ink); background: var(--lv-paper); line-height: 1.5; font-size: 1rem;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word; text-align: left; }
.lv * { box-sizing: border-box; }
.lv h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
.lv h2 { font-size: 1.4rem; line-height: 1.25; margin: 2.5rem 0 .75rem; }
.lv h3 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
.lv p, .lv ul, .lv ol { max-width: 44rem; margin: 0 0 .9rem; }
.lv li { margin: .2rem 0; }
.lv a { color: var(--lv-link); }
.lv .lv-table { overflow-x: auto; margin: 1.25rem 0 .5rem; }
.lv .lv-table table { border-collapse: collapse; border: 0; border-top: 2px solid var(--lv-ink);
  border-bottom: 2px solid var(--lv-ink); margin: 0; font-size: .92rem; color: inherit;
  font-variant-numeric: tabular-nums; }
.lv .lv-table caption { caption-side: top; text-align: left; font-weight: 600; padding: 0 0 .5rem;
  color: inherit; }
.lv .lv-table tbody tr { background: none; }
.lv .lv-table th, .lv .lv-table td { padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: top;
  border: 0; border-bottom: 1px solid var(--lv-rule); font-weight: 400; white-space: normal; }
.lv .lv-table thead th { font-weight: 600; vertical-align: bottom; border-bottom: 1px solid var(--lv-ink); }
.lv .lv-table tbody th { font-weight: 600; min-width: 8rem; }
.lv .lv-table tbody tr:last-child > * { border-bottom: 0; }
.lv .lv-table .lv-num { text-align: right; padding-left: .9rem; }
.lv .lv-table td.lv-num { white-space: nowrap; }
.lv .lv-table tr > :last-child { padding-right: 0; }
.lv .lv-note { color: var(--lv-soft); font-size: .85rem; margin: 0 0 1.25rem; }
.lv details { border-left: 3px solid var(--lv-rule); padding: .1rem 0 .1rem .9rem; margin: .5rem 0;
  max-width: 48rem; }
.lv summary { cursor: pointer; }
.lv .lv-body { padding: .4rem 0 .2rem; }
.lv blockquote { margin: .5rem 0; padding: .5rem .9rem; background: var(--lv-tint); max-width: 44rem; }
.lv blockquote p:last-child { margin-bottom: 0; }
.lv .lv-figure { margin: 1.5rem 0; overflow-x: auto; }
.lv .lv-figure svg { display: block; max-width: 100%; min-width: 40rem; height: auto; }
.lv figcaption { color: var(--lv-soft); font-size: .85rem; margin-top: .5rem; max-width: 44rem; }
.lv code { font-size: .92em; background: var(--lv-tint); padding: .05em .3em; }
.lv :focus-visible { outline: 3px solid var(--lv-link); outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  .lv { --lv-ink: #ececec; --lv-soft: #b4b8bd; --lv-paper: #16191d; --lv-tint: #22262b; --lv-rule: #4a5058;
    --lv-link: #79c0f2; }
}
@media print {
  .lv { --lv-ink: #000000; --lv-soft: #404040; --lv-paper: #ffffff; --lv-tint: #f5f6f7; --lv-rule: #b0b0b0;
    --lv-link: #000000; font-size: 10pt; }
  .lv h2, .lv h3, .lv caption, .lv summary { break-after: avoid; }
  .lv tr, .lv blockquote, .lv .lv-figure { break-inside: avoid; }
  .lv thead { display: table-header-group; }
  .lv .lv-table, .lv .lv-figure { overflow: visible; }
  .lv .lv-figure svg { min-width: 0; }
  .lv details > * { display: block; }
  .lv details::details-content { content-visibility: visible; display: block; height: auto; }
}
"""

PAGE = """
.lv-page { margin: 0; background: #ffffff; }
.lv-page .lv-main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
.lv-skip { position: absolute; left: -100vw; top: 0; padding: .6rem 1rem; color: #ffffff;
  background: #005a8c; font-family: system-ui, sans-serif; z-index: 1; }
.lv-skip:focus { left: 0; }
@media (prefers-color-scheme: dark) {
  .lv-page { background: #16191d; }
}
@media print {
  .lv-page { background: #ffffff; }
  .lv-page .lv-main { max-width: none; padding: 0; }
  .lv-skip { display: none; }
}
"""
