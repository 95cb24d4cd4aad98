"""From suggestions to evidence: what is asked, what is refused, what is written and taken back."""

import datetime as dt
import json

import pytest

from leverage.builders import check_shares
from leverage.case import load_case
from leverage.codebook import load_codebook
from leverage.coding.decisions import Accept, Correct, Reject, Skip
from leverage.coding.log import LOG_FILE, add_suggestions, load_log
from leverage.coding.review import Desk
from leverage.documents import Document
from leverage.faults import InputError

AT = dt.datetime(2025, 3, 4, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


@pytest.fixture
def desk_of(codebook):
    return lambda folder, by="ann": Desk(folder, codebook, by, lambda: AT, checks=(check_shares,))


@pytest.fixture
def folder(write_case, suggestions):
    place = write_case()
    add_suggestions(place, suggestions, at=AT, by="ann", article="paper")
    return place


@pytest.fixture
def desk(desk_of, folder):
    return desk_of(folder)


def accept(suggestion, **more):
    said = {"do": "accept", "id": suggestion.id, "reading": {"value": 71, "unit": "%"}, "interval": "exact"}
    return Accept.model_validate({**said, "kind": "judgement", "note": "By the vote.", **more})


def problems(caught):
    return [fault.problem for fault in caught.value.faults]


class TestAccept:
    def test_what_is_written_is_worked_out_by_hand(self, folder, desk, suggestions):
        before = (folder / "case.yaml").read_text()
        grade = {"source": "B", "information": 2}
        desk.decide([accept(suggestions[0], kind="fact", note="", grade=grade)])
        added = f"""\
  - id: union-carry-on-1
    actor: union
    factor: domestic_support
    indicator: carry_on
    reading: {{value: 71, unit: "%"}}
    interval: exact
    kind: fact
    coder: ann
    passage: {{article: paper, exact: Its members voted by 71 per cent to go on}}
    grade: {{source: B, information: 2}}
    coded: {{suggestion: {suggestions[0].id}, direction: "+", strength: 3, attributed_to: the union}}
"""
        assert (folder / "case.yaml").read_text() == before.replace("scenarios:\n", f"{added}scenarios:\n")
        (entry,) = load_log(folder / LOG_FILE).in_state("accepted")
        assert entry.accepted.by == "ann"
        assert entry.accepted.at == AT
        assert entry.accepted.evidence.reading.value == 71

    def test_it_is_scored_and_what_waits_is_not(self, folder, desk, suggestions):
        def scored():
            return [piece.evidence.id for piece in load_case(folder).states["base"].pieces]

        desk.decide([Skip(do="skip", id=suggestions[1].id), Reject(do="reject", id=suggestions[2].id)])
        assert scored() == ["union-forest", "union-vote"]
        desk.decide([accept(suggestions[0])])
        assert scored() == ["union-forest", "union-vote", "union-carry-on-1"]

    def test_ids_are_numbered_past_those_there_are(self, folder, desk, suggestions):
        stake = {"stake": "forest", "reading": {"value": 10, "unit": "%"}}
        desk.decide(
            [
                accept(suggestions[0]),
                accept(
                    suggestions[1],
                    indicator="monthly_loss",
                    actor="company",
                    **{**stake, "reading": {"value": 0.1, "unit": "share per 30 days"}},
                ),
            ]
        )
        desk.undo()
        made = desk.decide(
            [
                accept(
                    suggestions[1],
                    indicator="monthly_loss",
                    actor="company",
                    **{**stake, "reading": {"anchor": "slipping"}},
                )
            ]
        )
        assert [each.id for each in made] == ["company-monthly-loss-1"]
        assert [e.id for e in desk.loaded.case.evidence][-2:] == [
            "union-carry-on-1",
            "company-monthly-loss-1",
        ]

    def test_corrections_are_logged_before_it(self, folder, desk, suggestions):
        desk.decide([accept(suggestions[0], actor="company", direction="-", factor="domestic_support")])
        events = [json.loads(line) for line in (folder / LOG_FILE).read_text().splitlines()[3:]]
        assert [event["event"] for event in events] == ["edited", "accepted"]
        assert events[0]["changes"] == {"actor": "company", "direction": "-"}
        assert (events[1]["evidence"]["actor"], events[1]["evidence"]["indicator"]) == ("company", "carry_on")

    def test_a_passage_that_stands_twice_takes_its_surroundings_along(self, folder, desk, suggest):
        second = suggest("union says", nth=0), suggest("union says", nth=1)
        add_suggestions(folder, second, at=AT, by="ann", article="paper")
        desk.refresh()
        made = desk.decide([accept(each) for each in second])
        spans = [desk.loaded.spans[each.passage].start for each in made]
        assert spans == [each.start for each in second]
        assert all(each.passage.start is None for each in made)

    def test_a_shift_of_text_in_quotes_and_newlines(self, folder, desk, suggest):
        said = suggest("It holds\n440 of the 1,376 square kilometres")
        add_suggestions(folder, [said], at=AT, by="ann", article="paper")
        desk.refresh()
        (made,) = desk.decide([accept(said, note='He said: "no"\n# and left')])
        assert made.passage.exact == "It holds 440 of the 1,376 square kilometres"
        assert load_case(folder).case.evidence[-1].note == 'He said: "no"\n# and left'


class TestRefused:
    @pytest.mark.parametrize(
        ("which", "more", "told"),
        [
            (0, {"reading": {"value": 171, "unit": "%"}}, ["the reading 171 % lies out of bounds"]),
            (0, {"reading": {"value": 9, "unit": "boats"}}, ["the unit 'boats' is not one of this scale"]),
            (0, {"reading": {"anchor": "huge"}}, ["the scale has no anchor 'huge'"]),
            (
                0,
                {"interval": {"low": 1, "high": 2, "means": "outer"}},
                ["the interval 1 to 2 leaves out its reading 71"],
            ),
            (0, {"note": ""}, ["a judgement has no reason"]),
            (0, {"kind": "assumption", "note": ""}, ["an assumption has no reason"]),
            (0, {"stake": "forest"}, ["domestic_support.carry_on is not read per stake"]),
            (0, {"actor": "nobody"}, ["there is no actor 'nobody'"]),
            (0, {"factor": "weather"}, ["there is no factor 'weather' in the codebook"]),
            (1, {}, ["territory_held.share_held is read for each stake"]),
            (1, {"stake": "mill"}, ["there is no stake 'mill'"]),
            (2, {}, ["the factor 'time_remaining' is read by its indicators"]),
            (2, {"indicator": "days_needed"}, ["the unit '%' is not one of this scale"]),
        ],
    )
    def test_in_words_and_nothing_is_written(self, folder, desk, suggestions, which, more, told):
        before = (folder / "case.yaml").read_bytes(), (folder / LOG_FILE).read_bytes()
        with pytest.raises(InputError) as caught:
            desk.decide([accept(suggestions[which], **more)])
        assert problems(caught) == told
        assert before == ((folder / "case.yaml").read_bytes(), (folder / LOG_FILE).read_bytes())

    def test_shares_of_a_stake_above_one(self, folder, desk, suggestions):
        with pytest.raises(InputError) as caught:
            desk.decide(
                [accept(suggestions[1], actor="company", stake="forest", reading={"value": 90, "unit": "%"})]
            )
        assert "forest" in problems(caught)[0]

    def test_all_or_none(self, folder, desk, suggestions):
        before = (folder / "case.yaml").read_bytes(), (folder / LOG_FILE).read_bytes()
        with pytest.raises(InputError) as caught:
            desk.decide(
                [
                    accept(suggestions[0]),
                    accept(suggestions[1]),
                    accept(suggestions[2], indicator="days_needed", reading={"value": -1, "unit": "weeks"}),
                    accept(suggestions[0]),
                    Reject(do="reject", id="s-ffffffffffff"),
                ],
                lambda number, fault: type(fault)("d.json", number, None, fault.problem, fault.remedy),
            )
        assert [(fault.line, fault.problem) for fault in caught.value.faults] == [
            (1, "territory_held.share_held is read for each stake"),
            (2, "the reading -1 weeks lies out of bounds"),
            (3, f"{suggestions[0].id} is decided on twice"),
            (4, "there is no suggestion 's-ffffffffffff' in the case's log"),
        ]
        assert before == ((folder / "case.yaml").read_bytes(), (folder / LOG_FILE).read_bytes())

    def test_what_another_process_decided_in_the_meantime(self, folder, desk, desk_of, suggestions):
        other = desk_of(folder, "ben")
        desk.decide([accept(suggestions[0])])
        with pytest.raises(InputError, match="is accepted already"):
            other.decide([accept(suggestions[0])])
        assert [e.id for e in load_case(folder).case.evidence].count("union-carry-on-1") == 1

    def test_what_is_decided_already(self, desk, suggestions):
        desk.decide([Reject(do="reject", id=suggestions[0].id)])
        with pytest.raises(InputError, match="is rejected already"):
            desk.decide([accept(suggestions[0])])


class TestUndo:
    def test_to_the_byte(self, folder, desk, suggestions):
        before = (folder / "case.yaml").read_bytes()
        desk.decide([accept(suggestions[0])])
        assert desk.undo().id == suggestions[0].id
        assert (folder / "case.yaml").read_bytes() == before
        assert desk.entry(suggestions[0].id).state == "pending"

    def test_in_another_session_and_after_a_remark_above(self, folder, desk, desk_of, suggestions):
        desk.decide([accept(suggestions[0])])
        file = folder / "case.yaml"
        file.write_text("# a remark\n" + file.read_text())
        desk_of(folder).undo()
        assert [e.id for e in load_case(folder).case.evidence] == ["union-forest", "union-vote"]
        assert file.read_text().startswith("# a remark\nformat")

    def test_not_of_what_was_changed_by_hand(self, folder, desk, suggestions):
        desk.decide([accept(suggestions[0])])
        file = folder / "case.yaml"
        file.write_text(file.read_text().replace("By the vote.", "By hand."))
        changed = file.read_bytes()
        with pytest.raises(InputError, match="is not in `evidence` as it was written"):
            desk.undo()
        assert file.read_bytes() == changed
        assert desk_state(folder, suggestions[0]) == "accepted"

    def test_not_of_what_somebody_else_decided(self, folder, desk, desk_of, suggestions):
        desk.decide([accept(suggestions[0])])
        with pytest.raises(InputError, match="there is no decision of ben to undo"):
            desk_of(folder, "ben").undo()


def desk_state(folder, suggestion):
    return load_log(folder / LOG_FILE).entries[suggestion.id].state


class TestFailures:
    def test_a_case_that_cannot_be_written(self, folder, desk, suggestions, monkeypatch):
        """The log says so too: nothing is accepted that is not in the case."""
        before = (folder / "case.yaml").read_bytes()

        def full(path, content):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("leverage.coding.casefile.replace_file", full)
        with pytest.raises(InputError, match="No space left"):
            desk.decide([accept(suggestions[0], actor="company")])
        assert (folder / "case.yaml").read_bytes() == before
        entry = load_log(folder / LOG_FILE).entries[suggestions[0].id]
        assert (entry.state, entry.suggestion) == ("pending", suggestions[0])

    def test_a_kill_between_the_log_and_the_case(self, folder, desk, desk_of, suggestions, monkeypatch):
        def killed(self):
            raise KeyboardInterrupt

        monkeypatch.setattr("leverage.coding.casefile.CaseText.write", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.decide([accept(suggestions[0])])
        monkeypatch.undo()
        later = desk_of(folder)
        assert [entry.id for entry in later.unwritten()] == [suggestions[0].id]
        later.restore(suggestions[0].id)
        assert later.unwritten() == []
        assert load_case(folder).case.evidence[-1].id == "union-carry-on-1"
        later.undo()
        assert [e.id for e in load_case(folder).case.evidence] == ["union-forest", "union-vote"]


class TestQueue:
    def test_top_tier_first_then_by_place_and_skipped_last(self, desk, suggestions):
        one, two, three = suggestions
        assert [entry.id for entry in desk.queue()] == [two.id, one.id, three.id]
        desk.decide([Skip(do="skip", id=two.id)])
        assert [entry.id for entry in desk.queue()] == [one.id, three.id, two.id]

    def test_chosen(self, desk, suggestions):
        one, two, three = (each.id for each in suggestions)
        assert [entry.id for entry in desk.queue(tier="rest")] == [three]
        assert [entry.id for entry in desk.queue(factor="territory_held")] == [two]
        assert [entry.id for entry in desk.queue(actor="union", tier="top")] == [two, one]
        assert desk.queue(article="other") == []


class TestChangedText:
    def change(self, folder, edit, *, hashed=True):
        path = folder / "article.md"
        old = path.read_text()
        path.write_text(edit(old))
        if hashed:
            case = folder / "case.yaml"
            import hashlib

            old_hash, new_hash = (hashlib.sha256(t.encode()).hexdigest() for t in (old, path.read_text()))
            case.write_text(case.read_text().replace(old_hash, new_hash))

    @pytest.mark.parametrize("hashed", [True, False])
    def test_passages_are_found_again(self, folder, desk, suggestions, hashed):
        self.change(folder, lambda text: "Corrected on Monday.\n\n" + text, hashed=hashed)
        desk.refresh()
        found, lost = desk.settle()
        assert (len(found), lost) == (3, [])
        assert [e.suggestion.start - s.start for e, s in zip(found, suggestions, strict=True)] == [22, 22, 22]
        assert desk.settle() == ([], [])
        assert desk.decide([accept(suggestions[0])])

    def test_or_told_as_lost_and_never_moved(self, folder, desk, suggestions):
        vote = suggestions[0].exact
        self.change(folder, lambda text: text.replace(f"{vote}.", "") + f"\nElsewhere: {vote}.\n")
        desk.refresh()
        _, lost = desk.settle()
        assert [entry.id for entry in lost] == [suggestions[0].id]
        assert suggestions[0].id not in {entry.id for entry in desk.queue()}
        assert desk.settle() == ([], [])  # told once
        with pytest.raises(InputError, match="is lost already"):
            desk.decide([accept(suggestions[0])])

    def test_a_text_that_comes_back_brings_them_back(self, folder, desk, suggestions):
        before = (folder / "article.md").read_text(), (folder / "case.yaml").read_text()
        self.change(folder, lambda text: "Nothing is left.")
        desk.refresh()
        assert len(desk.settle()[1]) == 3
        (folder / "article.md").write_text(before[0])
        (folder / "case.yaml").write_text(before[1])
        desk.refresh()
        assert len(desk.settle()[0]) == 3
        assert len(desk.queue()) == 3


class TestCorrect:
    def test_the_passage_may_be_moved(self, folder, desk, suggestions):
        one = suggestions[0]
        desk.decide([Correct(do="edit", id=one.id, start=one.start, end=one.start + 17, direction="-")])
        said = desk.entry(one.id).suggestion
        assert (said.exact, said.direction) == ("Its members voted", "-")
        (made,) = desk.decide([accept(one)])
        assert (made.passage.exact, made.coded.direction) == ("Its members voted", "-")

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"actor": "nobody"}, "there is no actor 'nobody'"),
            ({"factor": "weather"}, "there is no factor 'weather' in the codebook"),
            ({"indicator": "speed"}, "the factor 'domestic_support' has no indicator 'speed'"),
        ],
    )
    def test_to_what_there_is_alone(self, folder, desk, suggestions, change, told):
        before = (folder / LOG_FILE).read_bytes()
        with pytest.raises(InputError) as caught:
            desk.decide([Correct(do="edit", id=suggestions[0].id, **change)])
        assert problems(caught) == [told]
        assert (folder / LOG_FILE).read_bytes() == before

    def test_not_out_of_the_text(self, desk, suggestions):
        with pytest.raises(InputError, match="cannot be moved there"):
            desk.decide([Correct(do="edit", id=suggestions[0].id, start=5, end=10**6)])


def test_a_case_with_other_faults_can_be_reviewed(write_case, suggestions, desk_of):
    folder = write_case(("deadline: 2025-03-15", "deadlin: 2025-03-15"))
    add_suggestions(folder, suggestions, at=AT, by="ann", article="paper")
    assert desk_of(folder).decide([accept(suggestions[0])])
    assert Document.load(folder / "case.yaml").data["evidence"][-1]["id"] == "union-carry-on-1"
