"""A small world of made-up research data, as files that the panels read."""

import numpy as np
import pandas as pd

STATES = [2, 20, 200, 220, 255, 325, 365, 640, 700, 710, 740, 900]
YEARS = range(1895, 1975)


def write_world(folder, seed=0, disputes=260, change=None):
    """Write every data set of the dispute and crisis panels; `change` edits the dispute table."""
    rng = np.random.default_rng(seed)
    state_years = pd.MultiIndex.from_product([STATES, YEARS], names=["ccode", "year"]).to_frame(index=False)
    size = dict(zip(STATES, np.exp(rng.normal(0, 1.2, len(STATES))), strict=True))
    nmc = state_years.copy()
    for name in ("milex", "milper", "irst", "pec", "tpop", "upop"):
        nmc[name] = np.round(1000 * nmc["ccode"].map(size) * np.exp(rng.normal(0, 0.2, len(nmc))))
    nmc.loc[rng.random(len(nmc)) < 0.03, "milex"] = -9
    shares = nmc.replace(-9, np.nan)
    parts = ["milex", "milper", "irst", "pec", "tpop", "upop"]
    nmc["cinc"] = shares[parts].div(shares.groupby("year")[parts].transform("sum")).mean(axis=1)
    _write(folder, "cow_nmc", nmc)
    regimes = state_years.assign(euds=rng.normal(size=len(state_years)))
    regimes["polity2"] = rng.integers(-10, 11, len(regimes))
    regimes["v2x_polyarchy"] = rng.random(len(regimes))
    _write(folder, "cw_democracy", regimes)
    table = _disputes(rng, disputes, size)
    _write(folder, "gml_dirdisp", table if change is None else change(table))
    _write(folder, "icb2v14", _crises(rng))
    _write_pairs(folder, rng)


def _write_pairs(folder, rng):
    pairs = [(a, b) for a in STATES for b in STATES if a != b]
    picked = [pairs[k] for k in rng.choice(len(pairs), 20, replace=False)]
    allied = [(a, b, year, 1, 0, 0, 0, 0) for a, b in picked for year in YEARS]
    kinds = [f"atop_{kind}" for kind in ("defense", "offense", "neutral", "nonagg", "consul")]
    _write(folder, "atop_alliance", pd.DataFrame(allied, columns=["ccode1", "ccode2", "year", *kinds]))
    border = [(a, b, int(rng.integers(0, 6)), "1895-01-01", "1974-12-01") for a, b in picked]
    names = ["ccode1", "ccode2", "conttype", "stdate", "enddate"]
    _write(folder, "cow_contdir", pd.DataFrame(border, columns=names))
    far = [(a, b, year, float(rng.integers(0, 5000))) for a, b in pairs if a < b for year in YEARS]
    _write(folder, "cow_mindist_disputes", pd.DataFrame(far, columns=["ccode1", "ccode2", "year", "mindist"]))
    rivals = [(min(p), max(p), 1890, 1950, 1, np.nan, np.nan) for p in picked[:8]]
    names = ["ccode1", "ccode2", "start", "end", "positional", "spatial", "ideological"]
    _write(folder, "tss_rivalries", pd.DataFrame(rivals, columns=names))
    spells = [
        (state, f"{y}-03-01", f"{y + 4}-02-28", "Regular", y - 50) for state in STATES for y in YEARS[::4]
    ]
    names = ["gwcode", "startdate", "enddate", "entry", "yrborn"]
    _write(folder, "archigos", pd.DataFrame(spells, columns=names))
    majors = [(2, 1898, 8, 1974, 12), (200, 1895, 1, 1974, 12)]
    names = ["ccode", "styear", "stmonth", "endyear", "endmonth"]
    _write(folder, "cow_majors", pd.DataFrame(majors, columns=names))


def _disputes(rng, count, size):
    rows = []
    for number in range(1, count + 1):
        a, b = rng.choice(STATES, 2, replace=False).tolist()
        year, stmon = int(rng.integers(1900, 1970)), int(rng.integers(1, 13))
        years = int(rng.choice([1, 1, 1, 2]))
        endmon = int(rng.integers(stmon, 13)) if years == 1 else int(rng.integers(1, 13))
        aims = rng.choice([0, 1, 2, 3], 2).tolist()
        odds = np.array([0.6 * np.log(size[a] / size[b]), 0.8, -0.6 * np.log(size[a] / size[b]) - 0.5])
        outcome = int(rng.choice([1, 5, 2], p=np.exp(odds) / np.exp(odds).sum()))
        numa = 2 if number % 25 == 0 else 1
        outcome = 6 if number % 20 == 0 else outcome
        for offset in range(years):
            same = {
                "dispnum": number,
                "year": year + offset,
                "midonset": int(offset == 0),
                "stmon": stmon,
                "endmon": endmon,
            }
            same |= {
                "numa": numa,
                "numb": 1,
                "orig1": 1,
                "orig2": 1,
                "outcome": outcome,
                "hiact": 9,
                "mindur": 5,
            }
            first = {"ccode1": a, "ccode2": b, "sidea1": 1, "revtype11": aims[0], "revtype12": aims[1]}
            second = {"ccode1": b, "ccode2": a, "sidea1": 0, "revtype11": aims[1], "revtype12": aims[0]}
            rows += [{**same, **side, "revtype21": -9, "revtype22": -9} for side in (first, second)]
    return pd.DataFrame(rows)


def _crises(rng):
    rows = []
    names = ["gvinst", "massvl", "socunr", "econdt", "unemp", "inflat", "labstr"]
    for number in range(1, 91):
        year = int(rng.integers(1918, 1970))
        for state in rng.choice(STATES, 2, replace=False).tolist():
            row = {
                "cracno": len(rows) + 1,
                "crisno": number,
                "cracid": state,
                "southv": int(rng.choice(STATES)),
                "trigent": 997,
                "yrtrig": year,
            }
            row |= {
                "motrig": int(rng.integers(1, 13)),
                "yrterm": year,
                "moterm": 12,
                "regime": int(rng.integers(1, 6)),
            }
            row |= {
                "territ": int(rng.integers(1, 4)),
                "issue": int(rng.integers(1, 5)),
                "triggr": 9,
                "trigloc": int(rng.integers(1, 3)),
                "geog": 31,
            }
            row |= {
                "nuclear": 1,
                "powsta": 2,
                "allycap": int(rng.integers(1, 5)),
                "gravty": int(rng.integers(0, 7)),
            }
            row |= {
                "durreg": 2,
                "noactr": 4,
                "trgresra": int(rng.integers(1, 60)),
                "powdis": int(rng.integers(-30, 30)),
            }
            row |= {name: int(rng.integers(1, 3)) for name in names}
            row["outcom"] = int(rng.choice([1, 4, 2], p=[0.45, 0.35, 0.2]))
            rows.append(row)
    return pd.DataFrame(rows)


def _write(folder, name, table):
    table.to_csv(folder / f"{name}.csv", index=False)
