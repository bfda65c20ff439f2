"""Published and prototype figures beside ours. Nothing here was run by us but our own column, and no two rows share
their patients unless ``same_data`` says so: they tell the size of a figure, not who wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ORPHAN_TOP = ("top_1", "top_3", "top_10")
COMMON_TOP = ("top1", "top3", "top5")


@dataclass(frozen=True)
class Anchor:
    """Someone's figures on someone's data. ``ours``: our nearest figures as (report, split or kind of states)."""

    who: str
    data: str
    measures: tuple[str, ...]
    figures: tuple[float | str, ...]
    ours: tuple[str, str] | None = None
    leaky: bool = False
    note: str = ""


PHENOBRAIN_2023 = "PhenoBrain's public test, 873 patients, knowledge of 2023-01"
PHENOBRAIN_2025 = "PhenoBrain's public test, 873 patients, knowledge of 2025-05"
REESE = "4,416 phenopackets as in Reese et al."
NOT_CITED = "phenopackets whose paper is not in the knowledge base"
LEFT_OUT = "6,365 phenopackets of diseases with another paper, own paper left out"
VIGNETTES = "400 vignettes written by physicians, 254 diagnoses"
ABSENT = "the data are not part of this project"
AS_SERVED = ("orphan", "paper_not_in_knowledge_as_served")
TIME_SPLIT = ("orphan", "time_split_2023")
PROTOTYPE_RATIOS = "prototype of the design, likelihood ratios"
PROTOTYPE = "prototype of the design, likelihood ratios and network"

ANCHORS = (
    Anchor("PhenoBrain", PHENOBRAIN_2023, ORPHAN_TOP, (0.304, 0.483, 0.64), TIME_SPLIT),
    Anchor("best of 12 baselines there", PHENOBRAIN_2023, ORPHAN_TOP, (0.257, 0.424, 0.593), TIME_SPLIT),
    Anchor(PROTOTYPE_RATIOS, PHENOBRAIN_2023, ORPHAN_TOP, (0.286, 0.467, 0.637), TIME_SPLIT),
    Anchor(PROTOTYPE, PHENOBRAIN_2023, ORPHAN_TOP, (0.3, 0.494, 0.655), TIME_SPLIT),
    Anchor(PROTOTYPE, PHENOBRAIN_2025, ORPHAN_TOP, (0.392, 0.562, 0.703), AS_SERVED),
    Anchor(
        "Exomiser", f"75 {NOT_CITED}", ORPHAN_TOP, (0.12, 0.28, 0.47), ("orphan", "paper_not_in_knowledge")
    ),
    Anchor(
        PROTOTYPE, f"3,113 {NOT_CITED}", ORPHAN_TOP, (0.225, 0.349, 0.489), ("orphan", "paper_not_in_knowledge"),
        note="the whole corpus; half of it is here",
    ),
    Anchor(
        PROTOTYPE_RATIOS, LEFT_OUT, ORPHAN_TOP, (0.103, 0.168, 0.278),
        ("orphan", "paper_left_out"), note="the whole corpus; half of it is here",
    ),
    Anchor(
        "the same with other papers' patients in the profiles", LEFT_OUT, ORPHAN_TOP, (0.195, 0.31, 0.457),
        ("orphan", "paper_left_out_with_support"), note="the whole corpus; half of it is here",
    ),
    Anchor("Exomiser", REESE, ORPHAN_TOP, (0.355, 0.463, 0.585), ("orphan", "LEAKY_paper_in_knowledge"), leaky=True),
    Anchor("o1-preview", REESE, ORPHAN_TOP, (0.236, 0.312, 0.368), note=ABSENT),
    Anchor("GPT-4o in Spanish", REESE, ORPHAN_TOP, (0.191, 0.276, 0.317), note=ABSENT),
    Anchor(PROTOTYPE, REESE, ORPHAN_TOP, (0.399, 0.507, 0.609), ("orphan", "LEAKY_paper_in_knowledge"), leaky=True),
    Anchor(
        PROTOTYPE, "5,250 phenopackets, own paper in the knowledge base", ORPHAN_TOP, (0.619, 0.729, 0.842),
        ("orphan", "LEAKY_paper_in_knowledge"), leaky=True,
    ),
    Anchor(
        "prototype of the design", "DDXPlus, natural mix, initial complaint", COMMON_TOP, (0.376, 0.615, 0.726),
        ("performance", "initial"), note="ours: balanced classes, which is harder",
    ),
    Anchor(
        "network trained on all 1,025,602 official rows", "DDXPlus, natural mix, initial complaint", COMMON_TOP,
        (0.378, 0.615, 0.73), ("performance", "initial"), note="ours: balanced classes, which is harder",
    ),
    Anchor(
        "prototype of the design", "DDXPlus, natural mix, 30 % of positives", COMMON_TOP, (0.901, 0.983, 0.993),
        ("performance", "0.3"), note="ours: balanced classes, which is harder",
    ),
    Anchor(
        "prototype of the design", "the 686 balanced test rows, initial complaint", COMMON_TOP, (0.309, 0.585, 0.697),
        ("performance", "initial"), note="same rows but for seven of one condition; ours are 200 states a class",
    ),
    Anchor(
        "prototype of the design", "the 686 balanced test rows, 30 % of positives", COMMON_TOP, (0.831, 0.958, 0.975),
        ("performance", "0.3"), note="same rows but for seven of one condition; ours are 200 states a class",
    ),
    Anchor(
        "prototype of the design", "197 real dialogues about the same conditions", COMMON_TOP, (0.355, 0.64, 0.772),
        note=f"{ABSENT}; why every figure on simulated patients is called so",
    ),
    Anchor("prototype of the design, broad layer", VIGNETTES, ORPHAN_TOP, (0.3, 0.49, 0.68), note=ABSENT),
    Anchor("symptom checkers", "comparable vignettes", ("top_3",), ("0.24 to 0.43",), note=ABSENT),
    Anchor("Ada", "comparable vignettes", ("top_3",), ("about 0.70",), note=ABSENT),
    Anchor("general practitioners", "comparable vignettes", ("top_3",), ("0.60 to 0.82",), note=ABSENT),
    Anchor("symptom checkers", "45 public triage vignettes", ("top_1",), (0.34,), note=ABSENT),
)  # fmt: skip


def ours(anchor: Anchor, reports: Mapping[str, dict]) -> dict | None:
    """Our nearest figures with their intervals; None where there are none."""
    if anchor.ours is None:
        return None
    report, name = anchor.ours
    if report == "performance":
        figures = reports[report]["states"][name]
        value = lambda m: [figures[m], *figures[f"{m}_interval"]]  # noqa: E731
        data = f"simulated patients (DDXPlus), test rows, plain states: {name}"
    else:
        found = [s for s in reports[report]["splits"] if s["name"] == name and s.get("measured_here", True)]
        if not found:
            return None
        figures = found[0]
        value = lambda m: figures[m]["micro"]  # noqa: E731
        data = f"published patients (Phenopacket Store), the half here: {name}"
    return {"data": data, "n": figures["n"], "figures": {m: value(m) for m in anchor.measures}}


def comparison(reports: Mapping[str, dict]) -> dict:
    """``reports/comparison.json`` from the reports ``performance`` and ``orphan``; leakage-free rows first."""
    rows = [
        {
            "who": a.who,
            "data": a.data,
            "leaky": a.leaky or a.data == REESE,
            "figures": dict(zip(a.measures, a.figures, strict=True)),
            "measured_here": False,
            "same_data": False,
            "ours": ours(a, reports),
            "note": a.note,
        }
        for a in ANCHORS
    ]
    return {
        "read_this_first": "No anchor was run by us and none has the same patients as our figure beside it: different "
        "data are not compared, they are shown side by side. The anchors are quoted from the design of the project.",
        "ours": "[value, low, high], 95 % by cohort or source row",
        "rows": sorted(rows, key=lambda r: r["leaky"]),
    }
