/** Which conditions of the bundle a case's truth names, and what is known of the case besides the answer. */

import { conditions } from '../../lambdas/adapters/clinical.ts';
import type { Bundle, Condition } from '../../lambdas/core/bundle.ts';
import type { Case } from './case.ts';
import { indexCodes, normaliseCode, pmidsOf, type RowsByCode, readMondo, rowsOf } from './codes.ts';
import type { Row, TruthKind } from './row.ts';

const datasetCodes = new Map(
  conditions.conditions.map(({ ddxplus_name, icd10_shipped }) => [ddxplus_name, icd10_shipped]),
);

/**
 * With the code that DDXPlus itself gives the condition: often too wide or wrong, so no equivalent that an answer
 * shows, yet it is what cases of that data set call the truth.
 */
function withDatasetCode({ code, codes, key = '' }: Condition): Pick<Condition, 'code' | 'codes'> {
  return { code, codes: [...codes, ...(datasetCodes.get(key)?.split(/,\s*/) ?? [])] };
}

/** Finds a truth's conditions among those listed. */
export class Truths {
  readonly #conditions: readonly Pick<Condition, 'code' | 'codes'>[];
  readonly #rows: RowsByCode;
  readonly #papers: ReadonlySet<number>;

  /** @param papers PMIDs that the knowledge base cites. */
  constructor(conditions: readonly Pick<Condition, 'code' | 'codes'>[], papers: ReadonlySet<number>) {
    this.#conditions = conditions;
    this.#rows = indexCodes(conditions, readMondo());
    this.#papers = papers;
  }

  /** Of all conditions of a bundle. */
  static of(bundle: Bundle, papers: ReadonlySet<number>): Truths {
    return new Truths(bundle.conditions.map(withDatasetCode), papers);
  }

  rowsOf({ truth }: Case): number[] {
    return rowsOf(this.#rows, truth.codes);
  }

  /** Codes of the truth: the knowledge base's, then the case's own in one spelling. */
  codesOf(given: Case): string[] {
    const own = this.rowsOf(given).flatMap((row) => this.#conditions[row]?.codes ?? []);
    return [...new Set([...own, ...given.truth.codes.map(normaliseCode)])];
  }

  /** What a row tells of the case, whatever the answer. */
  describe(given: Case): Partial<Row> {
    const { id, truth, cohort } = given;
    const [first] = this.rowsOf(given);
    const disease = first === undefined ? truth.codes[0] : this.#conditions[first]?.code;
    const papers = pmidsOf(given);
    return {
      ...(id !== undefined && { id }),
      ...(disease !== undefined && { disease }),
      ...(cohort !== undefined && { cohort }),
      ...(truth.severity !== undefined && { true_severity: truth.severity }),
      ...(truth.urgent !== undefined && { true_urgent: truth.urgent }),
      ...(papers.length > 0 && {
        papers,
        paper_in_knowledge_base: papers.some((paper) => this.#papers.has(paper)),
      }),
    };
  }
}

/** Of the truth's conditions, the kind that says most: one that is trained, then as listed. */
export function kindOf(conditions: readonly Condition[]): TruthKind | undefined {
  const kinds = conditions.map(({ kind, knowledgeOnly }) => (knowledgeOnly === undefined ? kind : 'broad'));
  return kinds.includes('common') ? 'common' : kinds[0];
}
