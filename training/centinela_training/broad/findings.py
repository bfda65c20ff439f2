"""Findings of the clinical layer that the vocabulary had no term for: ``python -m centinela_training.broad.findings``.

Makes two files from ``data/common-diseases/symptoms.jsonl.gz`` (names of findings, es/en, our words) and
``data/findings/broad_context.json``: ``broad_findings.json``, a local term for every name that neither carries an HPO
id nor equals a name of the vocabulary, and ``broad_synonyms.json``, further names of HPO terms to search by. The same
data always give the same files.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..vocabulary import (
    AMBIGUOUS_NAMES,
    BROAD_FINDINGS,
    BROAD_SYNONYMS,
    Vocabulary,
    normalise,
    read_jsonl_gz,
    slugify,
)

SYMPTOMS = "common-diseases/symptoms.jsonl.gz"
CONTEXT = "findings/broad_context.json"

# Not what a doctor enters: the absence of everything, a change of nothing in particular, a remark on the course.
NO_FINDING = re.compile(
    r"asymptomatic|no (specific |other |early |initial )?(symptoms?|reaction|signs?)\b|any (symptom|reaction)"
    r"|few symptoms|symptoms? of .*|fluctuating symptoms|.* despite symptoms|often silent"
    r"|limits daily activities|complications?"
)

# A name's last words name what it is a kind of ("throbbing toothache" is a toothache), up to a preposition ...
PREPOSITIONS = frozenset(
    re.findall(
        r"\w+",
        "of on in with without from to at after before during for by around under when between near over "
        "that until since while despite through along behind into within above below inside",
    )
)
# ... unless one of these turns it round or joins two things ...
NO_KIND = frozenset(
    re.findall(
        r"\w+",
        "no not without absent absence reduced decreased less fewer weak poor normal preserved fear or "
        "and lack loss difficulty trouble inability unable refusal feeling avoidance avoiding history "
        "risk change changes",
    )
)
# ... or the last word means something else there (dullness of the chest is no lethargy).
NO_HEAD = frozenset(["dribbling", "dullness", "xerosis", "weakness", "fatigue"])

# A name is a synonym where at least so many conditions use it for one and the same term, or it shares a word of at
# least so many letters with a name of that term: one reading alone may be an inference (a bulge, read as a hernia).
SYNONYM_USES = 2
SHARED_LETTERS = 5
JOINED = re.compile(r",| (?:or|and|o|u|y|e) ")
SYNONYM_KINDS = ("symptom", "sign", "phenotype")


def is_finding(name: str) -> bool:
    """Whether a name of the clinical layer says one thing that a doctor may find."""
    key = normalise(name)
    return key not in AMBIGUOUS_NAMES and not NO_FINDING.fullmatch(key)


class Names:
    """Names of the vocabulary: labels before synonyms, English before Spanish."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._english: dict[str, int] = {}
        self._spanish: dict[str, int] = {}
        for keys in (("en", "es"), ("syn_en", "syn_es")):
            for i, term in enumerate(vocabulary.terms):
                for table, key in ((self._english, keys[0]), (self._spanish, keys[1])):
                    value = term.get(key, ())
                    for name in (value,) if isinstance(value, str) else value:
                        table.setdefault(normalise(name), i)
        for i, term in enumerate(vocabulary.terms):
            if "slug" in term:
                self._spanish.setdefault(normalise(term["slug"]), i)

    def find(self, en: str, es: str | None = None) -> int | None:
        """The term that a name stands for; of two that disagree the English one's."""
        found = self._english.get(normalise(en))
        return self._spanish.get(normalise(es)) if found is None and es else found

    def kind_of(self, en: str) -> int | None:
        """The term that the last words of a name stand for: what it is a kind of."""
        head: list[str] = []
        for word in normalise(en).split():
            if word in PREPOSITIONS:
                break
            head.append(word)
        if not head or head[-1] in NO_HEAD:
            return None
        for first in range(len(head)):
            found = self._english.get(" ".join(head[first:]))
            if found is not None:
                return None if NO_KIND.intersection(head[:first]) else found
        return None


def _clusters(pairs: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Pairs (en, es) that share a name in one of the languages, in the order of their first member."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    members: dict[str, list[tuple[str, str]]] = defaultdict(list)
    ordered = list(dict.fromkeys(pairs))
    for en, es in ordered:
        leader[find("es " + normalise(es))] = find("en " + normalise(en))
    for en, es in ordered:
        members[find("en " + normalise(en))].append((en, es))
    yield from members.values()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finding(slug: str, es: str, en: str, kind: str, **more: list[str]) -> dict:
    return {
        "id": f"CEN:{slug}",
        "slug_es": slug,
        "label_es": es,
        "label_en": en,
        "synonyms_es": more.get("synonyms_es", []),
        "synonyms_en": more.get("synonyms_en", []),
        "kind": kind,
        "hpo_parents": more.get("hpo_parents", []),
        "is_a": more.get("is_a", []),
        "evidences": [],
        "red_flag_names": [],
        "layer": "broad",
    }


def build(vocabulary: Vocabulary) -> list[dict]:
    """The local findings of the broad layer, sorted by id, in the form of ``data/findings/findings.json``.

    ``vocabulary``: without the broad layer, as in :func:`synonyms`.
    """
    data = vocabulary.data
    names = Names(vocabulary)
    context = json.loads((data / CONTEXT).read_text("utf-8"))
    made = [
        _finding(f["slug"], f["es"], f["en"], f["kind"], synonyms_es=f["syn_es"], synonyms_en=f["syn_en"])
        | {"is_a": f.get("is_a", [])}
        for f in context["findings"]
    ]
    taken = {normalise(n) for f in made for n in _names_of(f)}
    slugs = {*vocabulary.slug_id, *(f["slug_es"] for f in made)}
    unnamed = [
        (f["name"], f["es"])
        for row in read_jsonl_gz(data / SYMPTOMS)
        for f in row["findings"]
        if not f.get("hpo") and is_finding(f["name"]) and names.find(f["name"], f["es"]) is None
    ]
    how_often = Counter((normalise(en), normalise(es)) for en, es in unnamed)
    for cluster in _clusters(unnamed):
        if any(normalise(n) in taken for pair in cluster for n in pair):
            continue
        # The commonest pair names the finding, the shorter one where none is commoner.
        cluster.sort(key=lambda p: (-how_often[normalise(p[0]), normalise(p[1])], len(p[1]), p))
        en, es = cluster[0]
        slug = slugify(es) if slugify(es) not in slugs else slugify(f"{es} {en}")
        slugs.add(slug)
        others = {
            lang: sorted({p[i] for p in cluster if normalise(p[i]) != normalise(cluster[0][i])})
            for i, lang in enumerate(("en", "es"))
        }
        unique = {lang: list({normalise(n): n for n in ns}.values()) for lang, ns in others.items()}
        parent = names.kind_of(en)
        above = [] if parent is None else [vocabulary.ids[parent]]
        finding = _finding(
            slug, _capital(es), _capital(en), "symptom", synonyms_es=unique["es"], synonyms_en=unique["en"]
        )
        finding["hpo_parents"] = above
        made.append(finding)
    return sorted(made, key=lambda f: f["id"])


def synonyms(vocabulary: Vocabulary) -> dict[str, dict[str, list[str]]]:
    """Further names of HPO terms, ``{id: {"es": [...], "en": [...]}}``; no name of the vocabulary, each of one term."""
    names = Names(vocabulary)
    ambiguous = {normalise(n) for f in vocabulary.curated for n in f.get("ambiguous", ())}
    uses: dict[tuple[str, str], Counter[str | None]] = defaultdict(Counter)
    for row in read_jsonl_gz(vocabulary.data / SYMPTOMS):
        for f in row["findings"]:
            for lang, name in (("en", f["name"]), ("es", f["es"])):
                uses[lang, name.lower()][f.get("hpo")] += 1
    made: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for (lang, name), terms in sorted(uses.items()):
        [(code, n), *others] = terms.most_common()
        if code is None or others or normalise(name) in ambiguous:
            continue
        code = vocabulary.replaced.get(code, code)
        shared = _words(name) & _words(*_all_names(vocabulary, code, lang))
        if n < SYNONYM_USES and (not shared or JOINED.search(name)):
            continue
        kind = vocabulary.terms[vocabulary.index[code]]["kind"]
        if kind in SYNONYM_KINDS and names.find(name, name) is None:
            made[code].setdefault(lang, []).append(name)
    return dict(sorted(made.items()))


def _words(*names: str) -> set[str]:
    """Words that say something: a long one is what two names of one thing share."""
    return {word for name in names for word in normalise(name).split() if len(word) >= SHARED_LETTERS}


def _all_names(vocabulary: Vocabulary, code: str, lang: str) -> list[str]:
    term = vocabulary.terms[vocabulary.index[code]]
    return [term[lang], *term.get(f"syn_{lang}", ())]


def _names_of(finding: dict) -> list[str]:
    labels = [finding["label_es"], finding["label_en"]]
    return [*labels, *finding["synonyms_es"], *finding["synonyms_en"]]


def write(data: Path) -> None:
    """Writes what :func:`build` and :func:`synonyms` make, one finding a line."""
    vocabulary = Vocabulary(data, broad=False)
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in build(vocabulary))
    (data / BROAD_FINDINGS).write_text(f"[\n{lines}\n]\n", "utf-8")
    lines = ",\n".join(
        f"{json.dumps(code)}: {json.dumps(names, ensure_ascii=False)}"
        for code, names in synonyms(vocabulary).items()
    )
    (data / BROAD_SYNONYMS).write_text(f"{{\n{lines}\n}}\n", "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    write(parser.parse_args().data)
