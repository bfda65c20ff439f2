/** Structured vignettes: what a doctor found in a patient, and whether it could wait. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Model } from '../../lambdas/adapters/model.ts';
import { ApiProblem } from '../../lambdas/api/problem.ts';
import { normalise } from '../../lambdas/core/names.ts';
import { answerRequest } from '../../lambdas/functions/predict.ts';

const FOLDER = resolve(import.meta.dirname, '../../data/vignettes');
/** Never stale: the models are judged, not their age. */
const OCCASION = { predictionId: '', requestId: '', now: 0, lang: 'es' } as const;
/** Vignettes tell no intensity; nothing but 0 is read as absence. */
const TOLD = 5;

const vignetteSchema = z.object({
  id: z.string(),
  findings_present: z.array(z.string()),
  findings_absent: z.array(z.string()),
  /** HPO ids of the findings that have one. */
  hpo: z.record(z.string(), z.string().nullable()),
  age: z.number(),
  sex: z.enum(['M', 'F', 'U']),
  vitals: z.record(z.string(), z.unknown()).optional(),
  overtriage_expected: z.boolean().optional(),
});

export type Vignette = z.infer<typeof vignetteSchema>;

/** What came of one vignette. */
export interface Told {
  readonly id: string;
  readonly urgent: boolean;
  /** Ids of the red flags that fired. */
  readonly rules: readonly string[];
  readonly byModels: boolean;
  readonly severity: string | null;
  /** Codes of the first three conditions. */
  readonly top: readonly string[];
  /** Findings that no term stands for; they were left out. */
  readonly unread: readonly string[];
  readonly overtriageExpected: boolean;
  /** Code of the problem, where the request was refused. */
  readonly problem?: string;
}

export function readVignettes(name: 'sentinels' | 'benign'): Vignette[] {
  const lines = readFileSync(resolve(FOLDER, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => vignetteSchema.parse(JSON.parse(line)));
}

/**
 * Answers one vignette at a time. A finding is the term that carries its name in the rules' vocabulary; else the one
 * with that label or synonym; else that of its HPO id.
 */
export function createTeller(model: Model): (vignette: Vignette) => Promise<Told> {
  const { names } = model;
  const { terms } = names.vocabulary;
  const byRuleName = new Map(terms.flatMap(({ id, red = [] }) => red.map((name) => [normalise(name), id])));

  function idOf(name: string, { hpo }: Vignette): string | undefined {
    const key = normalise(name);
    const named = names.byName(key);
    const id = byRuleName.get(key) ?? (named === undefined ? undefined : terms[named]?.id) ?? hpo[name];
    return id && names.byId.has(id.toLowerCase()) ? id : undefined;
  }

  return async (vignette) => {
    const ids = (findings: readonly string[]) => findings.flatMap((name) => idOf(name, vignette) ?? []);
    const present = new Set(ids(vignette.findings_present));
    const request = {
      symptoms: Object.fromEntries([...present].map((id) => [id, TOLD])),
      absent: [...new Set(ids(vignette.findings_absent))].filter((id) => !present.has(id)),
      age: vignette.age,
      gender: vignette.sex === 'U' ? 'O' : vignette.sex,
      ...(vignette.vitals && { vitals: vignette.vitals }),
      explain: false,
    };
    const told = {
      id: vignette.id,
      unread: [...vignette.findings_present, ...vignette.findings_absent].filter(
        (name) => idOf(name, vignette) === undefined,
      ),
      overtriageExpected: vignette.overtriage_expected ?? false,
    };
    try {
      const { answer, prediction } = await answerRequest(model, request, OCCASION);
      return {
        ...told,
        urgent: answer.requires_immediate_attention,
        rules: answer.red_flags.map(({ id }) => id),
        byModels: prediction.triage.urgentByModel,
        severity: answer.severity,
        top: answer.top_conditions.slice(0, 3).map(({ code }) => code),
      };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return {
        ...told,
        urgent: false,
        rules: [],
        byModels: false,
        severity: null,
        top: [],
        problem: error.code,
      };
    }
  };
}
