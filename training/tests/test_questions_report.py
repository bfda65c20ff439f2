import json
import sys

from centinela_training.reports import questions


def curve(start, step):
    return [
        {"share": start + step * k, "ci95": [start + step * k - 0.02, start + step * k + 0.02]}
        for k in range(11)
    ]


def strategies(*metrics):
    steps = {"ours": 0.05, "random": 0.01, "most_frequent": 0.02}
    steps |= {f"{name}_known": step for name, step in steps.items()}
    return {name: {m: curve(0.3, step) for m in metrics} for name, step in steps.items()}


def test_the_curves_are_drawn_beside_the_report(tmp_path, monkeypatch):
    report = {
        "simulated": {"n": 679, "urgent": 300, "strategies": strategies("top_1", "top_3", "urgent_recall")},
        "published": {"n": 300, "strategies": strategies("top_10")},
    }
    path = tmp_path / "next_questions.json"
    path.write_text(json.dumps(report))
    monkeypatch.setattr(sys, "argv", ["questions", str(path)])

    questions.main()

    assert (tmp_path / "next_questions.png").read_bytes().startswith(b"\x89PNG")
