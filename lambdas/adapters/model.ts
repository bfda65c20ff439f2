/** The model ready to answer: the bundle, the clinical files tied to it, and the sessions that run it. */

import { prepareBroad } from '../core/broad.ts';
import type { Bundle, Condition } from '../core/bundle.ts';
import { informationContent } from '../core/evidence.ts';
import type { ConditionSeverities } from '../core/gravity.ts';
import { prepareLikelihood } from '../core/likelihood.ts';
import { indexNames, type NameIndex } from '../core/names.ts';
import type { Models } from '../core/parts.ts';
import type { Knowledge } from '../core/predict.ts';
import { prepareQuestions } from '../core/questions-index.ts';
import { compileRules } from '../core/redflags.ts';
import { indexSearch, type SearchIndex } from '../core/search.ts';
import { type ClinicalCondition, severityOf } from '../core/severity.ts';
import { type Localised, SEVERITIES, type Severity } from '../core/types.ts';
import { urgenciesOf } from '../core/urgency.ts';
import { loadBundle } from './bundle.ts';
import { conditions, news2Chart, redFlags, severityPolicy } from './clinical.ts';
import { createModels } from './onnx.ts';

export interface Model {
  readonly knowledge: Knowledge;
  readonly names: NameIndex;
  /** Made on first use: a prediction whose findings are all known does without. */
  readonly search: () => SearchIndex;
  /** Each waits for its sessions, and fails where they cannot be created. */
  readonly models: Models;
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
  return toModel(bundle, createModels(models));
}

/** Ties a bundle to the clinical files and to whatever runs its models. */
export function toModel(bundle: Bundle, models: Models): Model {
  const { vocabulary } = bundle;
  const profiled = bundle.orphanCount + bundle.trainedCount;
  let search: SearchIndex | undefined;
  return {
    knowledge: {
      bundle,
      likelihood: prepareLikelihood(bundle.orphan, vocabulary.terms, profiled, bundle.orphan.discounted),
      broad: prepareBroad(bundle.broad, vocabulary.terms),
      content: informationContent(bundle.orphan.profiles, profiled, vocabulary.terms),
      rules: compileRules(redFlags, vocabulary, news2Chart),
      gravity: { severities: severitiesOf(bundle), urgencies: urgenciesOf(bundle) },
      questions: prepareQuestions(bundle),
    },
    names: indexNames(vocabulary),
    search: () => {
      search ??= indexSearch(vocabulary);
      return search;
    },
    models,
    recommendations: new Map(
      conditions.conditions.map((known) => [known.ddxplus_name, known.recommendation]),
    ),
  };
}

const clinicalFacts = new Map(conditions.conditions.map((known) => [known.ddxplus_name, known]));

function severitiesOf(bundle: Bundle): ConditionSeverities {
  return {
    byRow: Uint8Array.from(bundle.conditions, (condition) =>
      SEVERITIES.indexOf(severityOfCondition(condition)),
    ),
    none: severityOf({ kind: 'no_relevant_disease' }, severityPolicy),
  };
}

function severityOfCondition({ kind, key, knowledgeOnly }: Condition): Severity {
  if (knowledgeOnly) return severityOf({ kind: 'knowledge_only', ...knowledgeOnly }, severityPolicy);
  if (kind === 'orphan') return severityOf({ kind }, severityPolicy);
  return severityOf({ kind, ...trained(key) }, severityPolicy);
}

function trained(key = ''): ClinicalCondition {
  const known = clinicalFacts.get(key);
  if (known === undefined) throw new Error(`The clinical files do not know the condition ${key}`);
  return known;
}
