"""The card of one language as Markdown."""

from __future__ import annotations

from collections.abc import Mapping

WORDS = {
    "es": {
        "in_short": "En breve",
        "identity": "Identidad",
        "state": "Estado",
        "sources": "Fuente",
        "annexes": "Anexos",
        "version": "Modelo",
    },
    "en": {
        "in_short": "In short",
        "identity": "Identity",
        "state": "State",
        "sources": "Source",
        "annexes": "Annexes",
        "version": "Model",
    },
}


def markdown(card: Mapping) -> str:
    """``card``: as :func:`.write.localised` makes it."""
    words = WORDS[card["lang"]]
    parts = [
        f"# {card['title']}",
        f"> {card['notice']}",
        f"{words['version']} `{card['model_version']}`, {card['created']}.",
        f"## {words['in_short']}",
        *_blocks(card["in_short"], words),
        f"## {words['identity']}",
        *_blocks(card["identity"], words),
        f"## {card['regulation']['title']}",
        f"{card['regulation']['citation']}. {card['regulation']['note']}",
    ]
    for group in card["groups"]:
        parts.append(f"### {group['title']}")
        for attribute in card["attributes"]:
            if attribute["group"] == group["id"]:
                parts += [
                    f"#### {attribute['number']}. {attribute['title']}",
                    f"*{words['state']}: {attribute['status_text']}.*",
                    *_blocks(attribute["blocks"], words),
                ]
    parts.append(f"## {words['annexes']}")
    for annex in card["annexes"]:
        parts += [f"### {annex['title']}", *_blocks(annex["blocks"], words)]
    return "\n\n".join(parts) + "\n"


def _blocks(blocks: list[Mapping], words: Mapping[str, str]) -> list[str]:
    return [_block(block, words) for block in blocks]


def _block(block: Mapping, words: Mapping[str, str]) -> str:
    if block["type"] == "text":
        points = block["points"]
        return points[0] if len(points) == 1 else "\n".join(f"- {p}" for p in points)
    if block["type"] == "image":
        return f"![{block['alt']}]({block['path']})"
    table = f"**{block['title']}**\n\n{table_of(block)}"
    if not block["sources"]:
        return table
    return f"{table}\n\n{words['sources']}: {', '.join(f'`{s}`' for s in block['sources'])}."


def table_of(block: Mapping) -> str:
    """A table alone."""
    lines = [_row(block["columns"]), _row(["---"] * len(block["columns"])), *map(_row, block["rows"])]
    return "\n".join(lines)


def _row(cells: list[str | Mapping]) -> str:
    texts = [c if isinstance(c, str) else c["text"] for c in cells]
    return "| " + " | ".join(t.replace("|", r"\|").replace("\n", " ") for t in texts) + " |"
