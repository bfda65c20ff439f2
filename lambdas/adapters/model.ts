/** The model ready to answer: the bundle, the clinical files tied to it, and the sessions that run it. */

import { prepareBroad } from '../core/broad.ts';
import type { Bundle, Condition } from '../core/bundle.ts';
import type { ClinicalCourse } from '../core/course.ts';
import { informationContent } from '../core/evidence.ts';
import { prepareLikelihood } from '../core/likelihood.ts';
import { indexNames, type NameIndex } from '../core/names.ts';
import type { Models } from '../core/parts.ts';
import type { Knowledge } from '../core/predict.ts';
import { prepareQuestions } from '../core/questions-index.ts';
import { compileRules } from '../core/redflags.ts';
import { indexSearch, type SearchIndex } from '../core/search-index.ts';
import type { ClinicalCondition, SeveritySubject } from '../core/severity.ts';
import { severitiesOf } from '../core/severity-spread.ts';
import { prepareTypical } from '../core/typical.ts';
import { urgenciesOf } from '../core/urgency.ts';
import { loadBundle } from './bundle.ts';
import { conditions, news2Chart, redFlags, severityCosts, severityPolicy, vitalLimits } from './clinical.ts';
import { createModels } from './onnx.ts';
import { signedCosts } from './severity-costs.ts';

export interface Model {
  readonly knowledge: Knowledge;
  readonly names: NameIndex;
  /** Made on first use: a prediction whose findings are all known does without. */
  readonly search: () => SearchIndex;
  /** Each waits for its sessions, and fails where they cannot be created. */
  readonly models: Models;
  /** What the clinical files say of the trained conditions, by the condition's key. */
  readonly clinical: ReadonlyMap<string, ClinicalCondition>;
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
  const broad = prepareBroad(bundle.broad, vocabulary.terms);
  const content = informationContent(bundle.orphan.profiles, profiled, vocabulary.terms);
  let search: SearchIndex | undefined;
  return {
    knowledge: {
      bundle,
      likelihood: prepareLikelihood(bundle.orphan, vocabulary.terms, profiled, bundle.orphan.discounted),
      broad,
      content,
      typical: prepareTypical(bundle, broad, content),
      rules: compileRules(redFlags, vocabulary, news2Chart),
      gravity: {
        severities: severitiesOf(bundle.conditions.map(subjectOf), severityPolicy),
        costs: signedCosts(severityCosts),
        urgencies: urgenciesOf(bundle, (key) => trained(key).urgency),
        courses: bundle.conditions.map(courseOf),
      },
      vitals: vitalLimits,
      questions: prepareQuestions(bundle),
    },
    names: indexNames(vocabulary),
    search: () => {
      search ??= indexSearch(vocabulary);
      return search;
    },
    models,
    clinical: clinicalFacts,
  };
}

const clinicalFacts = new Map(conditions.conditions.map((known) => [known.ddxplus_name, known]));

function subjectOf({ kind, key, knowledgeOnly }: Condition): SeveritySubject {
  if (knowledgeOnly) return { kind: 'knowledge_only', ...knowledgeOnly };
  return kind === 'orphan' ? { kind } : { kind, ...trained(key) };
}

/** As the clinical files or the texts state it; null of orphan conditions, and where no text does. */
function courseOf({ kind, key, knowledgeOnly }: Condition): ClinicalCourse | null {
  if (knowledgeOnly) return knowledgeOnly.course;
  return kind === 'orphan' ? null : trained(key).course;
}

function trained(key = ''): ClinicalCondition {
  const known = clinicalFacts.get(key);
  if (known === undefined) throw new Error(`The clinical files do not know the condition ${key}`);
  return known;
}
