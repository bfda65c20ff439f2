"""Names of rows and groups of the reports, which are in English, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from .cells import Words

STATES = {
    "initial": Words("solo el síntoma inicial", "initial complaint alone"),
    "3": Words("3 hallazgos", "3 findings"),
    "0.3": Words("30 % de los hallazgos positivos", "30 % of the positive findings"),
    "0.5": Words("50 % de los hallazgos positivos", "50 % of the positive findings"),
}
WORDINGS = {
    "states": Words("exactos", "plain"),
    "noisy_states": Words("con ruido", "noisy"),
}
SPLITS = {
    "paper_not_in_knowledge": Words(
        "artículo propio fuera de la base de conocimiento; enfermedad desconocida cuenta como fallo",
        "own paper not in the knowledge base; an unknown disease counts as a miss",
    ),
    "paper_not_in_knowledge_disease_known": Words(
        "lo mismo, solo enfermedades que la base conoce", "the same, only diseases that the base holds"
    ),
    "paper_not_in_knowledge_as_served": Words(
        "lo mismo, tal como se sirve: las demás enfermedades con sus pacientes publicados",
        "the same as served: all other diseases with their published patients",
    ),
    "paper_not_in_knowledge_disease_known_ratios_alone": Words(
        "la segunda fila, solo razones de verosimilitud", "the second row, likelihood ratios alone"
    ),
    "time_split_2023": Words(
        "conocimiento de enero de 2023, artículo posterior, enfermedad conocida; solo razones de verosimilitud",
        "knowledge of January 2023, later paper, disease known; likelihood ratios alone",
    ),
    "paper_left_out": Words(
        "artículo propio retirado (pesimista); solo razones de verosimilitud",
        "own paper left out (pessimistic); likelihood ratios alone",
    ),
    "paper_left_out_something_removed": Words(
        "la fila anterior, solo casos cuyo artículo estaba en la base",
        "the row above, only cases whose paper was in the base",
    ),
    "paper_left_out_with_support": Words(
        "artículo propio retirado, con pacientes publicados de otros artículos; solo razones de verosimilitud",
        "own paper left out, with published patients of other papers; likelihood ratios alone",
    ),
    "paper_left_out_same_cases_without_support": Words(
        "los mismos casos sin esos pacientes", "the same cases without those patients"
    ),
    "LEAKY_paper_in_knowledge": Words(
        "**con fuga**: artículo propio en la base de conocimiento",
        "**leaky**: own paper in the knowledge base",
    ),
}
GROUPS = {
    "published orphan patients, own paper unknown, cohorts held out": Words(
        "pacientes huérfanos publicados, artículo propio desconocido, cohortes apartadas",
        "published orphan patients, own paper unknown, cohorts held out",
    ),
    "DDXPlus test rows (simulated), 30 % of the findings": Words(
        "filas de prueba de DDXPlus (simuladas), 30 % de los hallazgos",
        "DDXPlus test rows (simulated), 30 % of the findings",
    ),
    "DDXPlus test rows (simulated), initial complaint": Words(
        "filas de prueba de DDXPlus (simuladas), síntoma inicial",
        "DDXPlus test rows (simulated), initial complaint",
    ),
    "well people (simulated)": Words("personas sanas (simuladas)", "well people (simulated)"),
    "broad layer's patients (simulated), half without profile": Words(
        "pacientes de enfermedades conocidas por textos (simulados), la mitad sin perfil",
        "patients of text-known conditions (simulated), half without profile",
    ),
}
MADE_UP = {
    "findings of three unrelated patients": Words(
        "hallazgos de tres pacientes sin relación", "findings of three unrelated patients"
    ),
    "terms at random": Words("términos al azar", "terms at random"),
}
SEX = {
    "F": Words("mujeres", "women"),
    "M": Words("hombres", "men"),
    "female": Words("mujeres", "women"),
    "male": Words("hombres", "men"),
    "unknown": Words("no consta", "not stated"),
}
STATUSES = {
    "stated": Words("declarado", "stated"),
    "measured": Words("medido en este entrenamiento", "measured in this training run"),
    "measured_afterwards": Words("medido en este modelo ya terminado", "measured on this finished model"),
    "not_assessed": Words("**no evaluado**", "**not assessed**"),
    "not_stated": Words("**no consta**", "**not stated**"),
    "not_in_place": Words("**sin implantar**", "**not in place**"),
}
TARGET_SETS = {
    "asked for": Words("pedido", "asked for"),
    "ours": Words("propio", "ours"),
    "to reach, orphan": Words("por alcanzar (huérfanas)", "to reach (orphan)"),
    "breadth": Words("amplitud", "breadth"),
}
VERDICTS = {
    "met": Words("alcanzado", "met"),
    "missed": Words("**no alcanzado**", "**missed**"),
    "not measurable here": Words("no medible aquí", "not measurable here"),
}
UNSURE = Words("dentro del margen de error", "within the margin of error")
RELEASE_PARTS = {
    "English release": "versión inglesa",
    "literature layer": "capa de artículos",
    "in no profile": "en ningún perfil",
}
# Parts of the targets' names, longest first where one holds another.
TARGET_PARTS = {
    "recall of urgent cases, every band": "sensibilidad de urgencia, en cada banda de información",
    "recall of urgent cases with a symptom or sign of today, every band": "sensibilidad de urgencia con un síntoma o "
    "signo de hoy, en cada banda de información",
    "missed emergencies": "urgencias sin avisar",
    "specificity of cases that are not urgent": "especificidad en casos no urgentes",
    "negative predictive value, balanced classes": "valor predictivo negativo, clases equilibradas",
    "macro-F1": "macro-F1",
    "accuracy": "exactitud",
    "disparate impact": "razón entre grupos (impacto dispar)",
    "equal-opportunity difference": "diferencia entre grupos (igualdad de oportunidades)",
    "calibration error of every class ranked first 50 times or more": (
        "error de calibración de cada clase que queda primera 50 veces o más"
    ),
    "calibration error of the merged list, kinds by the gate's prior": (
        "error de calibración de la lista única, tipos según la probabilidad a priori"
    ),
    "coverage of the prediction sets, every group of patients": (
        "cobertura de los conjuntos de predicción, en cada grupo de pacientes"
    ),
    "coverage of the prediction sets": "cobertura de los conjuntos de predicción",
    "calibration error": "error de calibración",
    "plain states": "estados exactos",
    "noisy states": "estados con ruido",
    "paper not in knowledge": "artículo fuera de la base de conocimiento",
    "paper left out with support": "artículo retirado, con pacientes de otros artículos",
    "PhenoBrain's public test (873), knowledge of": "prueba pública de PhenoBrain (873), conocimiento de",
    "400 vignettes written by physicians": "400 viñetas escritas por médicos",
    "top-10": "diez primeras",
    "top-1": "primera",
    "top-3": "tres primeras",
    "micro": "por paciente",
    "macro": "por enfermedad",
}


def translated(parts: Mapping[str, str], english: str) -> Words:
    """``english`` with every part that ``parts`` knows in Spanish; what nobody has translated stays as it is."""
    known = re.compile("|".join(re.escape(part) for part in parts))
    return Words(known.sub(lambda m: parts[m[0]], english), english)


def asked(limit: str) -> Words:
    """``>= 0.28`` or ``within [0.88, 0.92]``."""
    if found := re.fullmatch(r"within \[(.+), (.+)\]", limit):
        low, high = found.groups()
        return Words(f"de {low} a {high}".replace(".", ","), f"{low} to {high}")
    shown = limit.replace(">=", "≥").replace("<=", "≤")
    return Words(shown.replace(".", ","), shown)


def evidence_band(name: str) -> Words:
    """``3 to 5 findings`` or ``6 findings or more``."""
    if found := re.fullmatch(r"(\d+) to (\d+) findings", name):
        low, high = found.groups()
        if low == high:
            return Words(f"{low} hallazgos", f"{low} findings")
        if int(high) == int(low) + 1:
            return Words(f"{low} o {high} hallazgos", f"{low} or {high} findings")
        return Words(f"{low} a {high} hallazgos", f"{low} to {high} findings")
    found = re.fullmatch(r"(\d+) findings or more", name)
    return (
        Words(f"{found[1]} hallazgos o más", f"{found[1]} findings or more") if found else Words(name, name)
    )


def bands_from(names: Sequence[str]) -> dict[str, Words]:
    """``from 3 findings``, ``from 4 findings``, each up to where the next begins."""
    lows = [int(re.sub(r"\D", "", name)) for name in names]
    bands = [f"{low} to {after - 1} findings" for low, after in pairwise(lows)]
    return dict(zip(names, map(evidence_band, [*bands, f"{lows[-1]} findings or more"]), strict=True))


def age_band(name: str) -> Words:
    """``0-14``, ``75+`` or ``unknown``."""
    if name == "unknown":
        return SEX["unknown"]
    if name.endswith("+"):
        return Words(f"{name[:-1]} años o más", f"{name[:-1]} years or more")
    shown = name.replace("-", "–")
    return Words(f"{shown} años", f"{shown} years")


def named(words: dict[str, Words], name: str) -> Words:
    """The name in both languages; as it is where the report has a row that is new here."""
    return words.get(name, Words(name, name))
