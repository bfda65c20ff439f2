/** What would have changed the answer, in words. */

import type { Model } from '../adapters/model.ts';
import type { PredictResponse } from '../api/schemas/prediction.ts';
import type { Change, Counterfactual, Counterfactuals, Verdict } from '../core/counterfactuals.ts';
import type { FiredRule, Lang, Localised } from '../core/types.ts';
import { CHANGE, RERUN, SEVERITY_WORDS, VITAL_UNITS, YES_NO } from './words-explanation.ts';

type Told = NonNullable<PredictResponse['counterfactuals']>;
type Becomes = Told['changes'][number]['becomes'];

export function presentCounterfactuals(
  model: Model,
  { changes, findings, denied }: Counterfactuals,
  lang: Lang,
): Told {
  return {
    changes: changes.map((counterfactual) => presentChange(model, counterfactual, lang)),
    findings,
    findings_tried: denied,
    note: RERUN[lang],
  };
}

function presentChange(
  model: Model,
  { change, before, after }: Counterfactual,
  lang: Lang,
): Told['changes'][number] {
  const becomes = presentVerdict(model, before, after, lang);
  const what =
    change.kind === 'finding_denied' ? deniedFinding(model, change, lang) : movedVital(model, change, lang);
  return {
    kind: change.kind,
    id: what.id,
    name: what.name,
    ...(change.kind === 'vital_sign' && { from: change.from, to: change.to }),
    becomes,
    text: `${what.text}: ${consequences(becomes, lang).join('; ')}.`,
  };
}

interface What {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

function deniedFinding(
  { knowledge }: Model,
  { finding }: Extract<Change, { kind: 'finding_denied' }>,
  lang: Lang,
): What {
  const name = knowledge.bundle.vocabulary.terms[finding.term]?.[lang] ?? finding.id;
  return { id: finding.id, name, text: CHANGE.without(name)[lang] };
}

function movedVital(
  { knowledge }: Model,
  { name: id, from, to }: Extract<Change, { kind: 'vital_sign' }>,
  lang: Lang,
): What {
  const label =
    knowledge.rules.chart.parameters.find((parameter) => parameter.name === id)?.label[lang] ?? id;
  const written = (value: typeof from): string => {
    if (typeof value === 'boolean') return YES_NO[Number(value) as 0 | 1][lang];
    if (typeof value === 'string') return value;
    return `${value.toLocaleString(lang, { useGrouping: false })}${VITAL_UNITS[id]?.[lang] ?? ''}`;
  };
  return { id, name: label, text: CHANGE.instead(label, written(to), written(from))[lang] };
}

/** Only what differs. */
function presentVerdict({ knowledge }: Model, before: Verdict, after: Verdict, lang: Lang): Becomes {
  const condition = (row: number) => {
    const { code = '', name } = knowledge.bundle.conditions[row] ?? {};
    return { id: code, name: name?.[lang] ?? '' };
  };
  const missing = (among: readonly FiredRule[], from: readonly FiredRule[]) =>
    among
      .filter(({ id }) => !from.some((other) => other.id === id))
      .map(({ id, title }: { id: string; title: Localised }) => ({ id, name: title[lang] }));
  const added = missing(after.fired, before.fired);
  const removed = missing(before.fired, after.fired);
  return {
    ...(before.first !== after.first && {
      first_condition: { from: condition(before.first), to: condition(after.first) },
    }),
    ...(before.severity !== after.severity && {
      severity: { from: before.severity, to: after.severity },
    }),
    ...(before.urgent !== after.urgent && {
      requires_immediate_attention: { from: before.urgent, to: after.urgent },
    }),
    ...(added.length > 0 && { red_flags_added: added }),
    ...(removed.length > 0 && { red_flags_removed: removed }),
  };
}

function consequences(becomes: Becomes, lang: Lang): string[] {
  const { first_condition, severity, requires_immediate_attention, red_flags_added, red_flags_removed } =
    becomes;
  const names = (rules: readonly { name: string }[]) => rules.map(({ name }) => name);
  return [
    ...(first_condition ? [CHANGE.first(first_condition.to.name, first_condition.from.name)] : []),
    ...(severity
      ? [CHANGE.severity(SEVERITY_WORDS[severity.to][lang], SEVERITY_WORDS[severity.from][lang])]
      : []),
    ...(requires_immediate_attention ? [CHANGE.urgent(requires_immediate_attention.to)] : []),
    ...(red_flags_added ? [CHANGE.added(names(red_flags_added))] : []),
    ...(red_flags_removed ? [CHANGE.removed(names(red_flags_removed))] : []),
  ].map((words) => words[lang]);
}
