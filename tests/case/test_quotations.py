"""Quotations and articles of a case: exact or not at all, and each fault at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.case import Passage, Span, context, load_case, text_hash
from leverage.case.passages import find_passage
from leverage.faults import InputError

QUOTE = 'exact: "It holds 440 of the 1,376 square kilometres"'
SHA = "sha256: fd83e9098ee991c812922a33c0d585357591b499102ccd753b4a17aa501a0592"


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [(QUOTE, 'exact: "It holds 441 of the 1,376 square kilometres"')],
            [
                (
                    "case.yaml:30:31: the quotation is not in the article → copy it from the text; the "
                    "nearest sentence is “It holds 440 of the 1,376 square kilometres of forest.”"
                )
            ],
            id="quotation not there",
        ),
        pytest.param(
            [(QUOTE, "exact: Nothing of the kind")],
            [
                (
                    "case.yaml:30:31: the quotation is not in the article → copy the words from the "
                    "article's text"
                )
            ],
            id="far from anything",
        ),
        pytest.param(
            [(QUOTE, 'exact: "It holds 440 of the 1‚376 square kilometres"')],
            [
                (
                    "case.yaml:30:31: the quotation is not in the article → copy it from the text; the "
                    "nearest sentence is “It holds 440 of the 1,376 square kilometres of forest.”"
                )
            ],
            id="lookalike dash",
        ),
        pytest.param(
            [(QUOTE, 'exact: "it holds 440 of the 1,376 square kilometres"')],
            [
                (
                    "case.yaml:30:31: the quotation is not in the article → copy it from the text; the "
                    "nearest sentence is “It holds 440 of the 1,376 square kilometres of forest.”"
                )
            ],
            id="lookalike case",
        ),
        pytest.param(
            [(QUOTE, 'exact: "It hоlds 440"')],
            [
                (
                    "case.yaml:30:31: the quotation is not in the article → copy the words from the "
                    "article's text"
                )
            ],
            id="lookalike cyrillic",
        ),
    ],
)
def test_quotation_that_is_not_there(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [(QUOTE, "exact: union says")],
            [
                (
                    "case.yaml:30:31: the quotation stands 2 times in the article → add `prefix` or "
                    "`suffix` to tell which"
                )
            ],
            id="twice",
        ),
        pytest.param(
            [(QUOTE, "exact: union says, prefix: My")],
            [
                (
                    "case.yaml:30:31: the words around the quotation are not its prefix or suffix → copy "
                    "them from the article"
                )
            ],
            id="wrong prefix",
        ),
        pytest.param(
            [(QUOTE, "exact: union says, suffix: nothing")],
            [
                (
                    "case.yaml:30:31: the words around the quotation are not its prefix or suffix → copy "
                    "them from the article"
                )
            ],
            id="wrong suffix",
        ),
        pytest.param(
            [(QUOTE, "exact: It holds, start: 5, end: 13")],
            [
                (
                    "case.yaml:30:31: the quotation does not stand at the stated position → write `start: "
                    "109`, `end: 117`, or leave the position out"
                )
            ],
            id="wrong position",
        ),
        pytest.param(
            [(QUOTE, "exact: union says, start: 5")],
            [
                (
                    "case.yaml:30:31: the quotation does not stand at the stated position → write `start: "
                    "285`, `end: 295` or `start: 314`, `end: 324`, or leave the position out"
                )
            ],
            id="wrong position twice",
        ),
    ],
)
def test_quotation_that_is_not_unique_or_elsewhere(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [(SHA, 'sha256: "1234"')],
            [
                (
                    "case.yaml:16:5: `sha256`: string should match pattern '^[0-9a-f]{64}$'; it is '1234' →"
                    " 64 hexadecimal digits"
                )
            ],
            id="hash short",
        ),
        pytest.param(
            [("file: article.md", "file: artcle.md")],
            ["case.yaml:15:5: the article 'artcle.md': there is no such file → check the path"],
            id="no file",
        ),
        pytest.param(
            [("file: article.md", "file: ../article.md")],
            [
                (
                    "case.yaml:15:5: '../article.md' lies outside the case's folder → put the article "
                    "beside case.yaml"
                )
            ],
            id="outside",
        ),
        pytest.param(
            [("file: article.md", "file: /etc/hostname")],
            [
                (
                    "case.yaml:15:5: '/etc/hostname' lies outside the case's folder → put the article "
                    "beside case.yaml"
                )
            ],
            id="absolute",
        ),
        pytest.param(
            [("file: article.md", 'file: "a\\0.md"')],
            [
                (
                    "case.yaml:15:5: 'a\\x00.md' lies outside the case's folder → put the article beside "
                    "case.yaml"
                )
            ],
            id="nul",
        ),
        pytest.param(
            [("file: article.md", "file: .")],
            ["case.yaml:15:5: the article '.': this is a folder, not a file → name a file in it"],
            id="folder",
        ),
    ],
)
def test_article_that_cannot_be_checked(edits, expected, faults_of, told):
    assert told(faults_of(*edits)) == expected


def test_changed_hash_is_told_with_the_new_one(faults_of, told):
    found = told(faults_of((SHA, "sha256: " + "a" * 64)))
    assert found == [
        f"case.yaml:16:5: the text of 'article.md' is not the one that was coded: its SHA-256 is {SHA[8:]} → "
        "restore the text, or check the quotations against the new one and write the new SHA-256"
    ]


def test_changed_text_is_told_beside_the_quotation_it_lost(faults_of, told):
    found = told(faults_of(article_md="It was rewritten.\n"))
    assert [line.split(":")[1] for line in found] == ["16", "30"]


class TestFinding:
    TEXT = "One two  three.\nTwo\nthree four.\n\nFive, five.\n"

    @pytest.mark.parametrize(
        ("passage", "found"),
        [
            ({"exact": "One two three"}, "One two  three"),
            ({"exact": "Two three\n  four."}, "Two\nthree four."),
            ({"exact": "four. Five"}, "four.\n\nFive"),
            ({"exact": "three", "prefix": "Two"}, "three"),
            ({"exact": "three", "suffix": "four"}, "three"),
            ({"exact": "three", "start": 20}, "three"),
            ({"exact": "three", "end": 25}, "three"),
        ],
    )
    def test_line_breaks_do_not_matter(self, passage, found):
        span = find_passage(Passage(article="a", **passage), self.TEXT)
        assert isinstance(span, Span)
        assert self.TEXT[span.start : span.end] == found

    def test_prefix_tells_which_of_two(self):
        spans = [
            find_passage(Passage(article="a", exact="three", prefix=word), self.TEXT)
            for word in ("One two", "Two")
        ]
        assert [span.start for span in spans] == [9, 20]

    @given(st.text("ab .,\n", min_size=1, max_size=40), st.data())
    def test_every_slice_of_a_text_is_found_and_nothing_else(self, text, data):
        words = text.split()
        if not words:
            return
        start = data.draw(st.integers(0, len(words) - 1))
        stop = data.draw(st.integers(start + 1, len(words)))
        exact = data.draw(st.sampled_from([" ", "\n", "  \n "])).join(words[start:stop])
        found = find_passage(Passage(article="a", exact=exact), text)
        if isinstance(found, Span):
            assert text[found.start : found.end].split() == exact.split()
        else:
            assert found[0].endswith("times in the article")
        problem, _ = find_passage(Passage(article="a", exact=exact + "x"), text)
        assert problem == "the quotation is not in the article"

    def test_context_is_cut_at_words(self):
        text = "alpha beta gamma delta epsilon zeta"
        assert context(text, Span(17, 22), 9) == ("… gamma ", " epsilon …")
        assert context(text, Span(0, 5), 99) == ("", " beta gamma delta epsilon zeta")


class TestArticlesThatMayNotBeShared:
    @pytest.fixture
    def case(self, write_case):
        folder = write_case(("    file: article.md\n", ""))
        (folder / "article.md").rename(folder.parent / "paper.txt")
        return folder

    def test_without_a_file_nothing_is_verified(self, case):
        loaded = load_case(case)
        assert (loaded.texts, loaded.spans) == ({}, {})

    def test_a_folder_of_articles_verifies_by_hash(self, case):
        (case.parent / "picture.png").write_bytes(b"\x89PNG\xff")
        (case.parent / "other.txt").write_text("It holds 441 of the 1,376 square kilometres")
        loaded = load_case(case, articles=case.parent)
        ((passage, span),) = loaded.spans.items()
        assert " ".join(loaded.texts["paper"][span.start : span.end].split()) == passage.exact

    def test_a_text_of_another_hash_is_not_taken(self, case):
        (case.parent / "paper.txt").write_text("It holds 440 of the 1,376 square kilometres of forest.")
        assert load_case(case, articles=case.parent).spans == {}

    def test_a_wrong_quotation_is_found_there(self, write_case, told):
        folder = write_case(("    file: article.md\n", ""), (QUOTE, "exact: It holds 441"))
        with pytest.raises(InputError) as caught:
            load_case(folder, articles=folder)
        (line,) = told(caught.value.faults)
        assert line.startswith("case.yaml:29:31: the quotation is not in the article")

    @pytest.mark.parametrize("name", ["nowhere", "a" * 5000])
    def test_a_folder_that_is_not_there(self, case, name):
        with pytest.raises(InputError) as caught:
            load_case(case, articles=case / name)
        (fault,) = caught.value.faults
        assert (fault.file, fault.line) == (str(case / name), None)
        assert (fault.problem, fault.remedy) == ("there is no such folder", "name a folder of articles")


def test_hash_does_not_depend_on_how_lines_end(write_case):
    folder = write_case()
    text = (folder / "article.md").read_text()
    (folder / "article.md").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_case(folder).texts["paper"] == text
    assert text_hash(text) == SHA[8:]
