"""The documentation runs: every command, every Python block, every link, every schema.

A ``console`` block holds ``$ leverage …`` lines, each followed by what it prints; ``exit=1`` after the
word says that it must fail so. A block without any output is run and not compared. A ``text`` block right
after a ``python`` block is what that prints. An ``sh`` block is only shown.

Run as a script to write the outputs anew: ``.venv/bin/python tests/docs/test_docs.py [PAGE.md …]``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from leverage.builders import builders_for, feature_table
from leverage.case import Case, load_case
from leverage.cli import main
from leverage.cli.options import to_json
from leverage.cli.schemas import SCHEMAS, schema_of
from leverage.codebook import Factor, load_codebook
from leverage.coding.decisions import DecisionsFile
from leverage.documents import Document
from leverage.lab import read_experiment
from leverage.lab.negotiations import Outcome
from leverage.model import equal_weights, load_weights, score_table

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
PROSE = [page for page in PAGES if "examples" not in page.parts]
CONTENT = ("seeds", "docs", "experiments", "features", "tests/data", "pyproject.toml")
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
STANDS_FOR = re.compile(r"\b(?:DIR|RUN)\b")  # the research data, or a run of the reader's
RUN_ID = re.compile(r"\b[0-9a-f]{32}\b")
EXAMPLES = ROOT / "docs" / "examples"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    line: int
    kind: str
    exit: int
    body: str
    start: int
    end: int


def blocks_of(text: str) -> list[Block]:
    """Every fenced block, in order."""
    found = []
    for match in FENCE.finditer(text):
        kind, _, rest = match["info"].strip().partition(" ")
        code = int(rest.removeprefix("exit=")) if rest.startswith("exit=") else 0
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(line, kind, code, match["body"], match.start("body"), match.end("body")))
    return found


def run_command(line: str) -> tuple[int, str]:
    """Exit code and output of one ``leverage …`` line, with ``| head -N`` at its end."""
    command, _, pipe = line.partition(" | ")
    words = shlex.split(command)
    assert words[0] == "leverage", f"only leverage commands belong into a console block: {line}"
    printed, code = io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", words),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    lines = [RUN_ID.sub("<run id>", out.rstrip()) for out in printed.getvalue().splitlines()]
    if pipe:
        assert pipe.startswith("head -"), f"only `| head -N` is known here: {line}"
        lines = lines[: int(pipe.removeprefix("head -"))]
    return code, "\n".join(lines).rstrip("\n")


def run_console(block: Block) -> tuple[str, list[str]]:
    """The block with its outputs written anew, and what went wrong."""
    shown = any(line and not line.startswith("$ ") for line in block.body.splitlines())
    made, wrong = [], []
    for line in block.body.splitlines():
        if not line.startswith("$ "):
            continue
        code, printed = run_command(line.removeprefix("$ "))
        if code != block.exit:
            wrong.append(f"{line}\n  ends with {code}, not {block.exit}:\n{printed}")
        made += [line, printed] if shown and printed else [line]
    return "\n".join(made) + "\n", wrong


def run_python(block: Block, names: dict[str, object], page: str) -> str:
    """What a Python block prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.body, f"{page}:{block.line}", "exec"), names)
    return "".join(line.rstrip() + "\n" for line in printed.getvalue().splitlines())


def run_page(text: str, name: str) -> tuple[str, list[str]]:
    """A page with all outputs written anew, and what went wrong. Runs in the current folder."""
    blocks, names = blocks_of(text), {"__name__": "__main__"}
    changes: list[tuple[Block, str]] = []
    wrong: list[str] = []
    for number, block in enumerate(blocks):
        if block.kind == "console":
            made, problems = run_console(block)
            changes.append((block, made))
            wrong += [f"{name}:{block.line}: {problem}" for problem in problems]
        elif block.kind == "python":
            try:
                printed = run_python(block, names, name)
            except Exception as error:  # a page's code may fail in any way; the others are still run
                wrong.append(f"{name}:{block.line}: {type(error).__name__}: {error}")
                continue
            after = blocks[number + 1] if number + 1 < len(blocks) else None
            between = text[block.end : after.start].strip() if after else ""
            if after and after.kind == "text" and between == "```\n\n```text":
                changes.append((after, printed))
    for block, made in reversed(changes):
        if made != block.body:
            wrong.append(f"{name}:{block.line}: the output shown is not what is printed:\n{made}")
            text = text[: block.start] + made + text[block.end :]
    return text, wrong


@contextlib.contextmanager
def copy_of_project() -> Iterator[Path]:
    """A folder with the content that the pages speak of, as the current one."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name in CONTENT:
            source, target = ROOT / name, Path(folder) / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.is_file():
                shutil.copy(source, target)
        os.chdir(folder)
        try:
            with mock.patch.dict(os.environ, tracking(Path(folder))):
                yield Path(folder)
        finally:
            os.chdir(before)


def tracking(folder: Path) -> dict[str, str]:
    """MLflow's settings that keep the pages' runs out of the project's own mlruns/."""
    return {"MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}", "MLFLOW_DISABLE_TELEMETRY": "true"}


def name_of(page: Path) -> str:
    """The page's path in the project."""
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PROSE, ids=name_of)
def test_every_block_runs_and_prints_what_the_page_shows(page: Path) -> None:
    with copy_of_project():
        _, wrong = run_page(page.read_text(encoding="utf-8"), name_of(page))
    assert not wrong, "\n\n".join(wrong)


def test_a_command_that_is_only_shown_is_run_elsewhere_never_ends_or_needs_research_data() -> None:
    run, shown = {"leverage lab ui"}, set()
    for page in PROSE:
        for block in blocks_of(page.read_text(encoding="utf-8")):
            lines = block.body.splitlines()
            if block.kind == "console":
                run |= {line.removeprefix("$ ").partition(" | ")[0] for line in lines}
            elif block.kind in ("sh", "bash"):
                shown |= {line.partition("#")[0].strip() for line in lines if line.startswith("leverage ")}
    assert {line for line in shown if not STANDS_FOR.search(line)} <= run


def slug(heading: str) -> str:
    """A heading's anchor as GitHub makes it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
    return kept.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_resolves(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or not file.is_relative_to(ROOT):
            wrong.append(f"{target}: there is no such file")
        elif anchor and file.suffix == ".md":
            lines = FENCE.sub("", file.read_text(encoding="utf-8"))
            known = [slug(title) for title in re.findall(r"^#+ (.+)$", lines, re.MULTILINE)]
            if anchor not in known:
                wrong.append(f"{target}: its headings are {known}")
    assert not wrong, "\n".join(wrong)


def test_every_page_is_linked_from_the_readme_or_a_page() -> None:
    linked = set()
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            linked.add((page.parent / target).resolve())
    alone = [name_of(page) for page in PROSE if page.name != "README.md" and page.resolve() not in linked]
    assert not alone


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_schema_in_docs_is_current(kind: str) -> None:
    path = ROOT / "docs" / "schema" / f"{kind}.schema.json"
    assert path.read_text(encoding="utf-8") == to_json(schema_of(kind)), "run `make schemas`"


def test_docs_hold_a_schema_for_each_kind_and_no_other() -> None:
    names = {path.name for path in (ROOT / "docs" / "schema").iterdir()}
    assert names == {f"{kind}.schema.json" for kind in SCHEMAS}


def whole_files() -> Iterator[tuple[str, str, str]]:
    """YAML and JSON blocks that are whole files: page and line, format, text."""
    for page in PROSE:
        for block in blocks_of(page.read_text(encoding="utf-8")):
            found = re.search(r"^(?:format: |\{\s*\"format\": \")leverage/(\w+)/1", block.body, re.MULTILINE)
            if block.kind in ("yaml", "json") and found:
                yield f"{name_of(page)}:{block.line}", found[1], block.body


@pytest.mark.parametrize(("place", "kind", "text"), list(whole_files()))
def test_whole_files_in_the_pages_are_in_order(place: str, kind: str, text: str, tmp_path: Path) -> None:
    if kind == "weights":
        file = tmp_path / "weights.yaml"
        file.write_text(text, encoding="utf-8")
        assert sum(load_weights(file, load_codebook()).factors.values()) == pytest.approx(1.0)
    elif kind == "experiment":
        file = tmp_path / "experiment.yaml"
        file.write_text(text, encoding="utf-8")
        assert read_experiment(file).title
    else:
        Document(text, place).validate(
            {"case": Case, "factor": Factor, "outcome": Outcome, "decisions": DecisionsFile}[kind]
        )


def test_the_example_factors_load_and_score() -> None:
    codebook = load_codebook([EXAMPLES / "features"])
    assert {"legal_position", "outside_option"} <= set(codebook.names)
    assert builders_for(codebook)["outside_option"].get_params() == {"discount": 0.1}
    loaded = load_case(EXAMPLES / "shop-lease", codebook)
    scores = score_table(feature_table(loaded), equal_weights(loaded.codebook))
    shop = scores.table.row_number("as-reported", "shop")
    # Bargaining: r = -ln .9 = .1054, r' = -ln .97 = .0305; r' / (r + r') = .2243; the option .9 × .5 wins.
    assert scores.table.x[shop].tolist() == pytest.approx([0.75, 0.45])
    without = scores.table.row_number("arcade-let", "shop")
    assert scores.table.x[without, 1] == pytest.approx(0.2243, abs=5e-5)


def test_the_pages_name_no_machine_path() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"/(?:work|home|root|tmp|Users)/", text), name_of(page)


def test_the_pictures_are_there_and_small() -> None:
    folder = ROOT / "docs" / "images"
    for name in ("report.png", "scores.svg"):
        assert 1_000 < (folder / name).stat().st_size < 300_000


def test_the_picture_of_the_scores_is_current() -> None:
    _, printed = run_command(f"leverage score {shlex.quote(str(ROOT / 'seeds/kursk-2025-01'))} --format svg")
    assert (ROOT / "docs/images/scores.svg").read_text(encoding="utf-8").strip() == printed.strip()


def test_json_blocks_are_json() -> None:
    for page in PROSE:
        for block in blocks_of(page.read_text(encoding="utf-8")):
            if block.kind == "json":
                json.loads(block.body)


def write_anew() -> None:
    """Write every page's outputs anew, and tell what fails."""
    for page in [page for page in PROSE if not sys.argv[1:] or page.name in sys.argv[1:]]:
        text = page.read_text(encoding="utf-8")
        with copy_of_project():
            made, wrong = run_page(text, name_of(page))
        for problem in wrong:
            if "not what is printed" not in problem:
                print(problem)
        if made != text:
            page.write_text(made, encoding="utf-8")
            print(f"wrote {name_of(page)}")


if __name__ == "__main__":
    write_anew()
