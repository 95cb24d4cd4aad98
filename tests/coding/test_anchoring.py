"""Passages are found again in a changed text by their words and context, or are lost; never a lookalike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverage.case import Span, text_hash
from leverage.coding.anchoring import NOT_THERE, OTHER_PLACE, SEVERAL, Lost, reanchor, reanchor_all
from leverage.coding.suggestion import CONTEXT, Suggestion, suggestion_id

TEXT = """The crews have held the north quay since Monday. The owners asked their leader to sign the paper.
He refused. The strike fund will last another two weeks, say the crews.

At noon the mayor asked him to let the ferry through. He agreed. The ferry left in the evening.
"""


def anchor(exact, text=TEXT, nth=0):
    """What a suggestion keeps of the nth place of some words."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(exact, start + 1)
    end = start + len(exact)
    return exact, text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]


def found(old, new):
    place = reanchor(*old, new)
    return place if isinstance(place, str) else new[place.start : place.end]


class TestReanchor:
    def test_at_its_place_where_nothing_changed(self):
        assert reanchor(*anchor("He refused."), TEXT) == Span(98, 109)
        assert TEXT[98:109] == "He refused."

    def test_it_moves_with_what_was_put_before_it(self):
        new = "A first paragraph.\n\n" + TEXT
        assert reanchor(*anchor("He refused."), new) == Span(118, 129)

    def test_blanks_may_differ_and_nothing_else(self):
        old = anchor("The strike fund will last another two weeks")
        assert found(old, TEXT.replace(" last another", " last\n   another")) == (
            "The strike fund will last\n   another two weeks"
        )
        assert found(old, "  \n\n  ".join(TEXT.split(" "))) is not NOT_THERE
        for other in ("Strike fund", "strike-fund", "strikefund", "strike  funds"):
            assert found(old, TEXT.replace("strike fund", other)) == NOT_THERE
        assert found(old, TEXT.replace("two", "tw\u043e")) == NOT_THERE

    def test_one_side_may_change_where_the_other_is_whole(self):
        before_changed = TEXT.replace("The owners asked their leader to sign the paper.", "So it went.")
        after_changed = TEXT.replace("The strike fund will last", "Its money will last")
        for new in (before_changed, after_changed):
            assert found(anchor("He refused."), new) == "He refused."

    def test_a_lookalike_elsewhere_is_not_taken(self):
        # The passage is gone; the same words now answer another request.
        new = TEXT.replace("He refused. ", "").replace("He agreed.", "He refused.")
        assert new.count("He refused.") == 1
        assert found(anchor("He refused."), new) == OTHER_PLACE

    def test_of_two_the_one_with_its_context_is_taken(self):
        new = TEXT.replace("He agreed.", "He refused.")
        assert reanchor(*anchor("He refused."), new).start == 98
        # Also with one side changed, and where the lookalike comes first.
        assert reanchor(*anchor("He refused."), new.replace("the paper.", "it.")).start == 91
        first = "He refused. Then more was said of it than can be told.\n\n" + TEXT
        assert reanchor(*anchor("He refused."), first).start == 98 + 56

    def test_what_stands_twice_in_the_same_words_is_lost(self):
        assert found(anchor("He refused."), TEXT + "\n" + TEXT) == SEVERAL
        line = "They hold the quay. "
        assert found(anchor("hold", line * 5, 2), line * 6) == SEVERAL

    def test_of_two_with_neither_context_none_is_taken(self):
        assert found(anchor("He refused."), "One asked. He refused. Two asked. He refused. So.") == SEVERAL

    def test_of_two_each_with_one_side_none_is_taken(self):
        new = "The owners asked their leader to sign the paper. He refused. Not more.\n"
        new += "Well. He refused. The strike fund will last another day."
        assert found(anchor("He refused."), new) == SEVERAL

    def test_overlapping_places_are_seen(self):
        assert found(("no no", "", ""), "no no no") == SEVERAL

    def test_a_good_part_of_one_side_tells_the_place_of_what_stands_once(self):
        # 32 characters stood before it; the nearest 27 of them still do.
        new = TEXT.replace("asked their leader to sign the paper", "told their leader to sign the paper")
        new = new.replace("asked their", "told their").replace("The strike fund", "Its fund")
        assert found(anchor("He refused."), new) == "He refused."
        few = TEXT.replace("their leader to sign the paper", "him to take the paper").replace(
            "The strike", "Its"
        )
        assert found(anchor("He refused."), few) == OTHER_PLACE

    def test_a_word_is_not_found_inside_another(self):
        assert found(anchor("quay"), TEXT.replace("quay", "quays")) == NOT_THERE
        assert found(("art", "", "."), "They start.") == NOT_THERE
        assert (
            found(anchor("quay", "The quays are held by the crews."), "The quays are held by the crews.")
            == "quay"
        )

    def test_at_the_edges_of_the_text(self):
        assert found(anchor(TEXT.strip(), TEXT), "\n" + TEXT) == TEXT.strip()
        assert found(("They hold.", "", ""), "They hold.") == "They hold."
        assert found(("They hold.", "", ""), "No. They hold. Yes.") == OTHER_PLACE
        # A short text in front of it is its edge: "So. " alone would tell no place elsewhere.
        assert found(("They hold.", "So. ", " Then rain fell."), "So. They hold. Snow fell.") == "They hold."
        assert (
            found(("They hold.", "So. ", " Then rain fell."), "Now. So. They hold. Snow fell.") == OTHER_PLACE
        )

    @pytest.mark.parametrize("exact", ["", " ", "\n"])
    def test_blank_words_stand_nowhere(self, exact):
        assert reanchor(exact, "", "", TEXT) == NOT_THERE

    @given(
        before=st.text("ab .\n", max_size=60),
        after=st.text("ab .\n", max_size=60),
        cut=st.tuples(st.integers(0, 40), st.integers(1, 12)),
        text=st.text("ab .\n", min_size=1, max_size=60),
    )
    def test_what_is_found_has_the_words_and_is_the_passage_itself(self, before, after, cut, text):
        start, end = min(cut[0], len(text) - 1), min(sum(cut), len(text))
        exact, prefix, suffix = (
            text[start:end],
            text[max(0, start - CONTEXT) : start],
            text[end : end + CONTEXT],
        )
        new = before + text + after
        place = reanchor(exact, prefix, suffix, new)
        if isinstance(place, Span):
            assert new[place.start : place.end].split() == exact.split()
        unchanged = reanchor(exact, prefix, suffix, text)
        assert (
            unchanged in (SEVERAL, NOT_THERE)
            or text[unchanged.start : unchanged.end].split() == exact.split()
        )


def suggestion(exact, text=TEXT, nth=0, **more):
    exact, prefix, suffix = anchor(exact, text, nth)
    start = -1
    for _ in range(nth + 1):
        start = text.index(exact, start + 1)
    fields = {
        "sentence": 3, "factor": "time_remaining", "actor": "crews", "direction": "+", "strength": 2,
        "confidence": "moderate", "tier": "top", "conditional": False,
        "negated": False, "attributed_to": None,
        "start": start, "end": start + len(exact), "exact": exact, "prefix": prefix, "suffix": suffix,
        "sha256": text_hash(text), "rules": ["time_remaining.1"], "codebook": "c" * 64, "coder": "patterns",
        **more,
    }  # fmt: skip
    return Suggestion(**fields, id=suggestion_id(fields))


class TestReanchorAll:
    def test_a_text_that_did_not_change_changes_nothing(self):
        all_ = [suggestion("He refused."), suggestion("north quay")]
        assert reanchor_all(all_, TEXT) == (all_, [])

    def test_kept_and_lost(self):
        kept, gone = suggestion("The strike fund will last another two weeks"), suggestion("He agreed.")
        new = "Dateline.\n\n" + TEXT.replace("He agreed.", "He nodded.").replace(
            "last another", "last\nanother"
        )
        (moved,), (lost,) = reanchor_all([kept, gone], new)
        assert lost == Lost(gone, NOT_THERE)
        assert moved.stands_in(new)
        assert (moved.start, moved.end) == (121, 164)
        assert moved.exact == "The strike fund will last\nanother two weeks"
        assert (moved.prefix, moved.suffix) == (new[121 - CONTEXT : 121], new[164 : 164 + CONTEXT])
        assert moved.id == suggestion_id(moved.model_dump()) != kept.id
        changed = {"start", "end", "exact", "prefix", "suffix", "sha256", "id"}
        assert moved.model_dump(exclude=changed) == kept.model_dump(exclude=changed)

    def test_a_place_that_was_not_the_passage_s_is_not_trusted(self):
        wrong = suggestion("He refused.").model_copy(update={"start": 0, "end": 11})
        ((moved,), lost) = reanchor_all([wrong], TEXT)
        assert (moved.start, lost) == (98, [])

    def test_sentences_are_counted_anew(self):
        new = "Dateline.\n\n" + TEXT

        def split(text):
            ends = [k + 1 for k, char in enumerate(text) if char == "."]
            return [Span(a, b) for a, b in zip([0, *ends], ends, strict=False)]

        ((moved,), _) = reanchor_all([suggestion("He refused.")], new, split)
        assert moved.sentence == 4

    def test_the_time_moves_along(self):
        time = {
            "text": "another two weeks",
            "position": TEXT.index("another two"),
            "from": "2025-01-06",
            "to": "2025-01-20",
        }
        one = suggestion("The strike fund will last another two weeks", time=time)
        new = "Dateline, another two weeks.\n\n" + TEXT.replace("another two", "another\n two")
        ((moved,), _) = reanchor_all([one], new)
        assert moved.time.text == "another\n two weeks"
        assert new[moved.time.position :].startswith("another\n two weeks, say")
        beside = suggestion("The strike fund", time=time)
        ((moved,), _) = reanchor_all([beside], "New.\n\n" + TEXT)
        assert moved.time.position == one.time.position + 6
        ((moved,), _) = reanchor_all([beside], TEXT.replace("another two weeks, say the crews", "a while"))
        assert moved.time is None
