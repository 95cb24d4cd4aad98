"""How well the coder finds what people coded: a table per factor, on either half of the coded test set.

    python bench/coding.py [--half dev|locked] [--coder first|second] [--show FACTOR]

The articles and codings stand in bench/coded/; its README says who wrote and coded them, and when.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from leverage.case import Actor, Event
from leverage.codebook import load_codebook
from leverage.coding.agreement import agree_on_codings
from leverage.coding.article import ArticleText
from leverage.coding.coder import code_article
from leverage.coding.codings import CodedRow, read_rows
from leverage.coding.parties import Parties
from leverage.coding.sentences import split_sentences
from leverage.coding.suggestion import Suggestion
from leverage.coding.times import find_times
from leverage.coding.words import tokenize

SET = Path(__file__).parent / "coded"


@dataclass(frozen=True)
class CodedArticle:
    """An article of the set with its gold codings and the coder's suggestions."""

    name: str
    lines: list[str]
    gold: list[dict]
    dates: list[dict]
    suggestions: list[Suggestion]
    times: list
    starts: list[int]
    parties: Parties
    seconds: float
    split_right: int


def read(folder: Path, coder: str) -> CodedArticle:
    about = yaml.safe_load((folder / "about.yaml").read_text())
    raw = (folder / "article.txt").read_text()
    paragraphs = [
        [line.strip() for line in block.splitlines() if line.strip()] for block in raw.split("\n\n")
    ]
    lines = [line for block in paragraphs for line in block]
    text = "\n\n".join(" ".join(block) for block in paragraphs if block) + "\n"
    actors = [Actor(**a) for a in about["actors"]]
    events = [Event(**{**e, "date": str(e["date"])}) for e in about.get("events") or []]
    start = time.perf_counter()
    article = ArticleText(text)
    suggestions = code_article(article, actors, CODEBOOK, about["date"], events, meaning=MEANING)
    spent = time.perf_counter() - start
    spans = split_sentences(text)
    starts, at = [], 0
    for line in lines:
        at = text.index(line, at)
        starts.append(at)
        at += len(line)
    found = {(span.start, span.end) for span in spans}
    right = sum((s, s + len(line)) in found for s, line in zip(starts, lines, strict=True))
    return CodedArticle(
        folder.name,
        lines,
        rows(folder / f"{coder}.jsonl"),
        rows(folder / "dates.jsonl"),
        suggestions,
        find_times(text, about["date"], events, spans),
        starts,
        Parties(actors),
        spent,
        right,
    )


def rows(file: Path) -> list[dict]:
    return (
        [json.loads(line) for line in file.read_text().splitlines() if line.strip()] if file.exists() else []
    )


def line_of(article: CodedArticle, position: int) -> int:
    return sum(start <= position for start in article.starts)


def share(part: int, whole: int) -> str:
    return f"{part / whole:6.2f} ({part:3d}/{whole:3d})" if whole else "   –          "


def table(articles: list[CodedArticle]) -> None:
    factors = list(CODEBOOK.names)
    heads = (
        "factor",
        "coded",
        "queue",
        "precision top",
        "precision all",
        "recall top",
        "recall all",
        "direction",
        "named actor",
    )
    print(("{:18}{:>6}{:>6}" + "{:>17}" * 6).format(*heads))
    sums: dict[str, list[int]] = {}
    for factor in [*factors, "all"]:
        n = dict.fromkeys(
            [
                "coded",
                "queue",
                "top",
                "top_right",
                "all_right",
                "rec",
                "rec_top",
                "dir",
                "dir_right",
                "named",
                "named_right",
            ],
            0,
        )
        for article in articles:
            gold = {
                (r["sentence"], r["factor"], r["actor"]): r["direction"]
                for r in article.gold
                if factor in ("all", r["factor"])
            }
            found = [s for s in article.suggestions if factor in ("all", s.factor)]
            keys: dict[tuple, Suggestion] = {}
            for s in found:
                key = (line_of(article, s.start), s.factor, s.actor)
                if key not in keys or s.tier == "top":
                    keys[key] = s
            n["coded"] += len(gold)
            n["queue"] += len(found)
            for key, s in keys.items():
                n["top"] += s.tier == "top"
                n["top_right"] += s.tier == "top" and key in gold
                n["all_right"] += key in gold
                if key in gold and s.direction != "unknown":
                    n["dir"] += 1
                    n["dir_right"] += gold[key] == s.direction
            for key in gold:
                n["rec"] += key in keys
                n["rec_top"] += key in keys and keys[key].tier == "top"
                line = article.lines[key[0] - 1]
                tokens = tokenize(line)
                names = {
                    found.actor
                    for at in range(len(tokens))
                    if (found := article.parties.named_at(tokens, at))
                }
                beside = [k for k in keys if k[:2] == key[:2]]
                if key[2] in names and beside:
                    n["named"] += 1
                    n["named_right"] += key in keys
        print(
            f"{factor:18}{n['coded']:6}{n['queue']:6}"
            + "".join(
                f"{value:>17}"
                for value in (
                    share(n["top_right"], n["top"]),
                    share(n["all_right"], n["queue"]),
                    share(n["rec_top"], n["coded"]),
                    share(n["rec"], n["coded"]),
                    share(n["dir_right"], n["dir"]),
                    share(n["named_right"], n["named"]),
                )
            )
        )
        sums[factor] = [n["queue"]]
    sentences = sum(len(a.lines) for a in articles)
    print(
        f"\n{len(articles)} articles, {sentences} sentences; "
        f"{sums['all'][0] / sentences:.2f} suggestions a sentence"
    )
    pairs = [
        (a.name, row["sentence"], row["factor"])
        in {(a.name, line_of(a, s.start), s.factor) for s in a.suggestions}
        for a in articles
        for row in a.gold
    ]
    print(
        f"coded rows whose sentence and factor were suggested, for any actor: {share(sum(pairs), len(pairs))}"
    )
    print(f"sentences split right: {share(sum(a.split_right for a in articles), sentences)}")
    print(f"times with their exact interval: {dates(articles)}")
    print(f"slowest article {max(a.seconds for a in articles):.3f} s")


def dates(articles: Iterable[CodedArticle]) -> str:
    right = total = found = 0
    for article in articles:
        given = [
            (line_of(article, t.position), t.text.lower(), str(t.start), str(t.end)) for t in article.times
        ]
        found += len(given)
        for row in article.dates:
            total += 1
            core = row["text"].lower()
            right += any(
                g[0] == row["sentence"]
                and g[2:] == (row["from"], row["to"])
                and (core in g[1] or g[1] in core)
                for g in given
            )
    return f"{share(right, total)}, {found} found"


def coders(folders: Iterable[Path]) -> None:
    """How far the two coders agree, by Krippendorff's alpha."""
    both: list[list[CodedRow]] = [[], []]
    sentences = {}
    for folder in folders:
        text = (folder / "article.txt").read_text()
        sentences[folder.name] = sum(bool(line.strip()) for line in text.splitlines())
        for coder, found in zip(("first", "second"), both, strict=True):
            found += read_rows(folder / f"{coder}.jsonl", folder.name)
    found = agree_on_codings(*both, sentences=sentences)
    print("\nthe two coders: alpha over all sentences, of direction, of strength (ordinal); coded by both")
    for each in [*found.factors, found.overall]:
        alphas = (each.alpha, each.alpha_direction, each.alpha_strength)
        shown = "".join("     –" if alpha is None else f"{alpha:6.2f}" for alpha in alphas)
        print(f"{each.factor:18}{shown}{each.both:6}")


def show(articles: list[CodedArticle], factor: str) -> None:
    for article in articles:
        gold = {(r["sentence"], r["actor"]): r["direction"] for r in article.gold if r["factor"] == factor}
        got: dict[tuple, Suggestion] = {}
        for s in article.suggestions:
            if s.factor == factor:
                got.setdefault((line_of(article, s.start), s.actor), s)
        for key in sorted({*gold, *got}, key=str):
            s, g = got.get(key), gold.get(key)
            if s and g and s.direction == g and s.tier == "top":
                continue
            kind = "MISSED" if s is None else "EXTRA" if g is None else "ok" if s.direction == g else "WRONG"
            mark = f"{s.direction} {s.tier} {','.join(s.rules)} «{s.exact}»" if s else ""
            print(
                f"{kind:6} {article.name}:{key[0]} {key[1]} gold={g} {mark}\n"
                f"       {article.lines[key[0] - 1]}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("dev", "locked"), default="locked")
    parser.add_argument("--coder", choices=("first", "second"), default="first")
    parser.add_argument("--show", choices=CODEBOOK.names)
    parser.add_argument("--meaning", action="store_true", help="with sentence embeddings, of the extra [nlp]")
    given = parser.parse_args()
    if given.meaning:
        global MEANING
        MEANING = True
    folders = sorted(p for p in (SET / given.half).iterdir() if (p / f"{given.coder}.jsonl").is_file())
    articles = [read(folder, given.coder) for folder in folders]
    table(articles)
    coders(folders)
    if given.show:
        show(articles, given.show)


CODEBOOK = load_codebook()
MEANING = False

if __name__ == "__main__":
    main()
