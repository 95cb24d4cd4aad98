"""``leverage report``: a whole page or a Markdown document, to a file or the screen."""

import pytest


def test_page_to_a_file(run, kursk_folder, tmp_path):
    file = tmp_path / "out" / "report.html"
    done = run("report", kursk_folder, "-o", file)
    assert (done.code, done.out) == (0, "")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "Kursk, January 2025: leverage" in text
    assert "<script" not in text


def test_markdown_to_the_screen(run, harbour_folder):
    done = run(
        "report", harbour_folder, "--format", "md", "--scenario", "assessed", "--scenario", "tugs-join"
    )
    assert done.code == 0
    assert "From “Assessed” to “The tug crews join”" in done.out
    assert "An invented dispute" in done.out


def test_options_reach_the_report(run, kursk_folder):
    options = (
        "--weights",
        "equal",
        "--missing",
        "renormalise",
        "--baseline",
        "mean",
        "--scenario",
        "assessed",
    )
    out = run("report", kursk_folder, *options).out
    assert "Factors under “Equal weights” (equal)" in out
    assert "Missing factors: renormalise" in out
    assert "against the mean of Ukraine, Russia" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "svg"], "this command has no form 'svg'"),
        (["--scenario", "later"], "no scenario 'later'"),
        (["--baseline", "zero"], "there is no baseline 'zero'"),
    ],
)
def test_wrong_calls(run, kursk_folder, arguments, told):
    done = run("report", kursk_folder, *arguments)
    assert done.code == 2
    assert told in done.err


def test_a_wrong_case_writes_nothing(run, seed, tmp_path):
    folder = seed()
    (folder / "brief.md").write_text("Another text.")
    file = tmp_path / "report.html"
    done = run("report", folder, "-o", file)
    assert done.code == 1
    assert "nothing was written" in done.err
    assert not file.exists()
