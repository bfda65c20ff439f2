/** The model ready to answer: the bundle, the clinical files tied to it, and the members' sessions. */

import type { Bundle } from '../core/bundle.ts';
import { prepareLikelihood } from '../core/likelihood.ts';
import { indexNames, type NameIndex } from '../core/names.ts';
import type { Knowledge, RunMembers } from '../core/predict.ts';
import { compileRules } from '../core/redflags.ts';
import { indexSearch, type SearchIndex } from '../core/search.ts';
import { severityOf } from '../core/severity.ts';
import type { ConditionSeverities } from '../core/triage.ts';
import type { Localised } from '../core/types.ts';
import { loadBundle } from './bundle.ts';
import { conditions, news2Chart, redFlags, severityPolicy } from './clinical.ts';
import { createMembers } from './onnx.ts';

export interface Model {
  readonly knowledge: Knowledge;
  readonly names: NameIndex;
  /** Made on first use: a prediction whose findings are all known does without. */
  readonly search: () => SearchIndex;
  /** Waits for the members' sessions, and fails where they cannot be created. */
  readonly runMembers: RunMembers;
  /** By the condition's key. */
  readonly recommendations: ReadonlyMap<string, Localised>;
}

/**
 * The model without its sessions, which are still being created: rules and tables stand apart from them.
 *
 * @throws BundleError, or Error where the clinical files and the bundle do not fit together.
 */
export async function loadModel(folder: string): Promise<Model> {
  const { bundle, models } = await loadBundle(folder);
  return toModel(bundle, createMembers(models));
}

/** Ties a bundle to the clinical files and to whatever runs its members. */
export function toModel(bundle: Bundle, runMembers: RunMembers): Model {
  const { vocabulary } = bundle;
  let search: SearchIndex | undefined;
  return {
    knowledge: {
      bundle,
      likelihood: prepareLikelihood(bundle.orphan, vocabulary.terms, bundle.conditions.length),
      rules: compileRules(redFlags, vocabulary, news2Chart),
      severities: severitiesOf(bundle),
    },
    names: indexNames(vocabulary),
    search: () => {
      search ??= indexSearch(vocabulary);
      return search;
    },
    runMembers,
    recommendations: new Map(
      conditions.conditions.map((known) => [known.ddxplus_name, known.recommendation]),
    ),
  };
}

function severitiesOf(bundle: Bundle): ConditionSeverities {
  const facts = new Map(conditions.conditions.map((known) => [known.ddxplus_name, known]));
  const common = bundle.conditions.slice(bundle.orphanCount).map(({ key = '' }) => {
    const known = facts.get(key);
    if (known === undefined) throw new Error(`The clinical files do not know the condition ${key}`);
    return severityOf({ kind: 'common', ...known }, severityPolicy);
  });
  return {
    common: [...common, severityOf({ kind: 'no_relevant_disease' }, severityPolicy)],
    orphan: severityOf({ kind: 'orphan' }, severityPolicy),
  };
}
