"""The codebook: its folders, its leaves, and the hash that says whether weights still fit."""

import pytest

from leverage.codebook import load_codebook
from leverage.faults import InputError

SHIPPED = ("ally_backing", "domestic_support", "territory_held", "time_remaining")


class TestFolders:
    def test_a_folder_joins(self, write_factors):
        book = load_codebook([write_factors("legal")])
        assert book.names == ("ally_backing", "domestic_support", "legal", "territory_held", "time_remaining")
        assert book.version == "2026.1+factors"
        assert book.files["legal"].name == "legal.yaml"

    def test_a_folder_states_its_version(self, write_factors):
        about = 'format: leverage/codebook/1\ntitle: Mine\nversion: "7"\n'
        assert load_codebook([write_factors("legal", codebook_yaml=about)]).version == "2026.1+7"

    def test_a_folder_takes_the_place_of_all(self, write_factors):
        assert load_codebook([write_factors("press")], shipped=False).names == ("press",)

    def test_a_later_folder_replaces_a_factor(self, write_factors):
        first = write_factors("legal")
        second = write_factors("legal", ("curvature: 2", "curvature: 5"), folder="second")
        assert load_codebook([first, second]).factor("legal").value.curvature == 5
        assert load_codebook([second, first]).factor("legal").value.curvature == 2

    def test_a_shipped_factor_is_replaced(self, write_factors):
        folder = write_factors("legal", ("id: legal", "id: ally_backing"))
        (folder / "legal.yaml").rename(folder / "ally_backing.yaml")
        book = load_codebook([folder])
        assert book.names == SHIPPED
        assert book.factor("ally_backing").title == "Legal position"
        assert book.files["ally_backing"].parent == folder

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("nowhere", "there is no such folder"),
            (".", "there is no factor here"),
            ("a" * 300, "there is no such folder"),
        ],
    )
    def test_a_folder_without_factors(self, tmp_path, name, problem):
        with pytest.raises(InputError) as caught:
            load_codebook([tmp_path / name])
        (fault,) = caught.value.faults
        assert (fault.file, fault.line, fault.problem) == (str(tmp_path / name), None, problem)
        assert fault.remedy == "name a folder with a YAML file for each factor"

    def test_faults_of_several_folders(self, write_factors, tmp_path):
        with pytest.raises(InputError) as caught:
            load_codebook([tmp_path / "nowhere", write_factors("legal", ("version: 1", "version: 0"))])
        assert [fault.line for fault in caught.value.faults] == [3, None]


class TestLeaves:
    def test_built_and_composite(self, write_factors):
        book = load_codebook([write_factors("legal"), write_factors("press", folder="more")], shipped=False)
        assert [(leaf.id, leaf.factor, leaf.share, leaf.rises) for leaf in book.leaves] == [
            ("legal", "legal", 1.0, True),
            ("press.tone", "press", 0.6, True),
            ("press.reach", "press", 0.4, False),
        ]

    def test_only_some_factors(self):
        book = load_codebook()
        assert book.names == SHIPPED
        assert book.only(["time_remaining", "ally_backing"]).names == ("ally_backing", "time_remaining")
        with pytest.raises(InputError, match="there is no factor 'allies' in the codebook"):
            book.only(["allies"])


class TestHash:
    def hash_of(self, write_factors, *edits):
        return load_codebook([write_factors("legal", *edits)], shipped=False).hash

    @pytest.mark.parametrize(
        "edit",
        [
            ("bounds: [0, 1]", "bounds: [0, 2]"),
            ("curvature: 2", "curvature: 3"),
            ("reading: 0.8", "reading: 0.9"),
            ('"%": 0.01', '"%": 0.02'),
            ("half_life: 90", "half_life: 91"),
            ("version: 1", "version: 2"),
        ],
    )
    def test_changes_with_what_moves_a_score(self, write_factors, edit):
        assert self.hash_of(write_factors, edit) != self.hash_of(write_factors)

    @pytest.mark.parametrize(
        "edit",
        [
            ("title: Legal position", "title: The law"),
            ("How strong is its case?", "Who is right?"),
            ("Courts would grant it.", "It wins."),
            ("[court, ruling]", "[judge]"),
        ],
    )
    def test_stays_with_wording(self, write_factors, edit):
        assert self.hash_of(write_factors, edit) == self.hash_of(write_factors)

    def test_of_the_shipped_factors_is_what_the_seeds_were_weighed_for(self, kursk, harbour):
        for loaded in (kursk, harbour):
            assert f'codebook: "{loaded.codebook.hash[:16]}"' in (loaded.folder / "weights.yaml").read_text()
