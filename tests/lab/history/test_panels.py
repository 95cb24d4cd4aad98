"""Panels: the sample, what is known before an outcome, and that nothing later leaks in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leverage.faults import InputError
from leverage.lab.panels import CLASSES, FAMILIES, DataFolder, crisis_panel, dispute_panel
from leverage.lab.panels.crises import CRISIS_SETS
from leverage.lab.panels.history import read_episodes
from leverage.lab.panels.states import COMPONENTS, capability_index

FROM_INSIDE = ("hiact", "hostlev", "fatal", "mindur", "maxdur", "recip", "settle", "endmon", "outcome")
FROM_INSIDE_CRISIS = ("outfor", "outevl", "outesr", "sevvio", "viol", "iwc", "crismg", "outcom", "us", "su")


def raw(folder, name):
    return pd.read_csv(folder / f"{name}.csv")


def test_sample_follows_the_published_rules(world, disputes):
    table = raw(world, "gml_dirdisp")
    wanted = table[(table["numa"] == 1) & (table["numb"] == 1) & table["outcome"].between(1, 5)]
    assert sorted(disputes.ids) == sorted(wanted["dispnum"].unique())
    assert disputes.classes == CLASSES
    coded = wanted[wanted["sidea1"] == 1].drop_duplicates("dispnum").set_index("dispnum")["outcome"]
    expected = coded.map({1: 0, 4: 0, 5: 1, 2: 2, 3: 2}).loc[disputes.ids]
    np.testing.assert_array_equal(disputes.outcome, expected)


def test_every_factor_has_a_family_and_its_columns(disputes, crises):
    for panel in (disputes, crises):
        assert list(panel.features().columns) == panel.columns
        assert {factor.family for factor in panel.factors} <= set(FAMILIES)
        assert {"own capability", "territory held", "time remaining"} <= {f.family for f in panel.factors}
        assert {"domestic support", "ally backing"} <= {f.family for f in panel.factors}


def test_nothing_from_inside_is_a_predictor(disputes, crises):
    assert not [c for c in disputes.columns if any(c.split("__")[-1].startswith(bad) for bad in FROM_INSIDE)]
    assert not [c for c in crises.columns if c in FROM_INSIDE_CRISIS]


def flip_outcomes(numbers):
    def change(table):
        hit = table["dispnum"].isin(numbers) & table["outcome"].isin([1, 2, 5])
        table.loc[hit, "outcome"] = table.loc[hit, "outcome"].map({1: 2, 2: 5, 5: 1})
        return table

    return change


def test_held_out_outcomes_enter_no_feature(tmp_path, world, disputes, write_world):
    held = disputes.ids[::4].tolist()
    write_world(tmp_path, change=flip_outcomes(held))
    before, after = (dispute_panel(folder, held) for folder in (world, tmp_path))
    assert not np.array_equal(dispute_panel(world).outcome, dispute_panel(tmp_path).outcome)
    pd.testing.assert_frame_equal(before.features(), after.features())
    np.testing.assert_array_equal(before.outcome, after.outcome)
    assert (before.outcome[np.isin(before.ids, held)] == -1).all()
    # Not hidden, they do count.
    assert not dispute_panel(world).features().equals(dispute_panel(tmp_path).features())


def test_hidden_rows_enter_no_feature(tmp_path, world, disputes, write_world):
    hidden = np.zeros(len(disputes), dtype=bool)
    hidden[::3] = True
    write_world(tmp_path, change=flip_outcomes(disputes.ids[hidden]))
    pd.testing.assert_frame_equal(disputes.features(hidden), dispute_panel(tmp_path).features(hidden))


def test_disputes_that_end_after_an_onset_leave_it_as_it_is(tmp_path, disputes, write_world):
    cut = 1940

    def change(table):
        later = table.groupby("dispnum")["year"].transform("min") > cut
        table.loc[later & (table["outcome"] == 5), "outcome"] = 1
        table.loc[later, ["ccode1", "ccode2"]] = table.loc[later, ["ccode2", "ccode1"]].to_numpy()
        table.loc[later, "revtype11"] = 4
        ends_later = table.groupby("dispnum")["year"].transform("max") > cut
        table.loc[ends_later & ~later, "outcome"] = table.loc[ends_later & ~later, "outcome"].replace({1: 2})
        return table

    write_world(tmp_path, change=change)
    other = dispute_panel(tmp_path)
    early, same = disputes.year <= cut, other.year <= cut
    np.testing.assert_array_equal(disputes.ids[early], other.ids[same])
    one, two = disputes.features()[early], other.features()[same]
    pd.testing.assert_frame_equal(one.reset_index(drop=True), two.reset_index(drop=True))


def test_own_outcome_is_never_a_feature(tmp_path, disputes, write_world):
    number = disputes.ids[len(disputes) // 2]
    write_world(tmp_path, change=flip_outcomes([number]))
    row = disputes.ids == number
    pd.testing.assert_frame_equal(disputes.features()[row], dispute_panel(tmp_path).features()[row])


def test_histories_count_what_had_ended(world, disputes):
    episodes, features = read_episodes(DataFolder(world)), disputes.features()
    row = int(np.argmax(features["pair_disputes"].to_numpy()))
    own = episodes[episodes["dispute"] == disputes.ids[row]].iloc[0]
    ended = episodes[(episodes["pair"] == own["pair"]) & (episodes["end"] < own["start"])]
    assert features["pair_disputes"].iloc[row] == len(ended) > 0
    assert features["peace_years"].iloc[row] == pytest.approx((own["start"] - ended["end"].max()) / 12)


def test_capabilities_of_the_onset_year_and_of_the_year_before(world, disputes):
    nmc = raw(world, "cow_nmc").set_index(["ccode", "year"])["cinc"]
    table = raw(world, "gml_dirdisp")
    first = table[(table["sidea1"] == 1) & (table["midonset"] == 1)].set_index("dispnum").loc[disputes.ids]
    features = disputes.features()
    for lag, name in ((0, "a__cinc"), (1, "a__cinc_before")):
        keys = pd.MultiIndex.from_arrays([first["ccode1"], first["year"] - lag])
        np.testing.assert_allclose(features[name], nmc.reindex(keys).to_numpy(), rtol=1e-12)


def test_crisis_records_hide_outcomes(tmp_path, world, crises, write_world):
    table = raw(world, "icb2v14")
    held = np.unique(crises.ids)[::3]
    write_world(tmp_path)
    hit = table["crisno"].isin(held) & table["outcom"].isin([1, 4])
    table.loc[hit, "outcom"] = 5 - table.loc[hit, "outcom"]
    table.to_csv(tmp_path / "icb2v14.csv", index=False)
    before, after = crisis_panel(world, held), crisis_panel(tmp_path, held)
    pd.testing.assert_frame_equal(before.features(), after.features())
    assert not crises.features().equals(crisis_panel(tmp_path).features())


def test_sources_are_digested_whatever_the_packing(tmp_path, world):
    import gzip

    folder = DataFolder(world)
    folder.read("cow_nmc", ["ccode"])
    packed = DataFolder(tmp_path)
    (tmp_path / "cow_nmc.csv.gz").write_bytes(gzip.compress((world / "cow_nmc.csv").read_bytes()))
    packed.read("cow_nmc", ["ccode"])
    assert packed.sources == folder.sources
    assert "Capabilities" in folder.sources["cow_nmc"].citation


def test_faults_name_the_file_and_the_way_out(tmp_path, world):
    with pytest.raises(InputError, match=r"gml_dirdisp\.csv\.gz: there is no such file\n.*Gibler"):
        dispute_panel(tmp_path)
    with pytest.raises(InputError) as caught:
        crisis_panel(tmp_path)
    assert [Path(fault.file).name.split(".")[0] for fault in caught.value.faults] == sorted(CRISIS_SETS)
    with pytest.raises(InputError, match=r"columns are missing: nothing"):
        DataFolder(world).read("cow_nmc", ["ccode", "nothing"])
    with pytest.raises(InputError, match=r"only numbers outside the sample: 999999"):
        dispute_panel(world, [999999])


def test_published_capabilities_are_reproduced(research_data):
    table = DataFolder(research_data).read(
        "cow_nmc", ["ccode", "year", *COMPONENTS, "cinc"], missing_code=True
    )
    assert len(table) == 17_121
    np.testing.assert_allclose(capability_index(table), table["cinc"], rtol=0, atol=1e-6)


def test_the_supplied_sample(research_data):
    panel = dispute_panel(research_data)
    assert len(panel) == 1136
    assert np.mean(panel.outcome == 1) == pytest.approx(0.82, abs=0.01)


def test_a_coalition_is_one_row_of_its_strongest_pair(tmp_path, write_world):
    """Dispute 25 has two states on a side: of its two pairs the one with the stronger side A is taken."""

    def second_state(table):
        first = table[(table["dispnum"] == 25) & (table["sidea1"] == 1)].iloc[0]
        states = [s for s in (2, 20, 200) if s not in (first["ccode1"], first["ccode2"])]
        more = table[table["dispnum"] == 25].copy()
        more["ccode1"] = more["ccode1"].replace(first["ccode1"], states[0])
        more["ccode2"] = more["ccode2"].replace(first["ccode1"], states[0])
        return pd.concat([table.assign(outcome=table["outcome"].where(table["dispnum"] != 25, 1)), more])

    write_world(tmp_path, change=second_state)
    alone, panel = dispute_panel(tmp_path), dispute_panel(tmp_path, coalitions=True)
    assert 25 not in alone.ids
    assert set(panel.ids) > set(alone.ids)
    assert (panel.ids == 25).sum() == 1
    table, nmc = raw(tmp_path, "gml_dirdisp"), raw(tmp_path, "cow_nmc").set_index(["ccode", "year"])["cinc"]
    pairs = table[(table["dispnum"] == 25) & (table["sidea1"] == 1) & (table["midonset"] == 1)]
    strengths = [nmc[state, year] for state, year in zip(pairs["ccode1"], pairs["year"], strict=True)]
    assert len(strengths) == 2
    row = panel.features()[panel.ids == 25].iloc[0]
    assert row["a__cinc"] == pytest.approx(max(strengths))


def test_coalitions_held_out_are_predicted_from_the_sample_alone(world):
    everything = dispute_panel(world, coalitions=True)
    held = sorted(set(everything.ids.tolist()) - set(dispute_panel(world).ids.tolist()))
    panel = dispute_panel(world, held, coalitions=True)
    assert held
    assert sorted(panel.ids[~panel.known].tolist()) == held


def test_capabilities_of_the_year_before_stand_in_for_those_of_the_onset(world, disputes):
    before = dispute_panel(world, capabilities_of="before").features()
    onset = disputes.features()
    nmc = raw(world, "cow_nmc").set_index(["ccode", "year"])["cinc"]
    table = raw(world, "gml_dirdisp").drop_duplicates("dispnum").set_index("dispnum")
    state, year = table.loc[disputes.ids, "ccode1"], table.loc[disputes.ids, "year"]
    wanted = [nmc.get((s, y - 1), np.nan) for s, y in zip(state, year, strict=True)]
    np.testing.assert_allclose(before["a__cinc"], wanted)
    np.testing.assert_allclose(before["a__cinc"], onset["a__cinc_before"])
    assert not np.allclose(before["a__milex_share"], onset["a__milex_share"], equal_nan=True)
