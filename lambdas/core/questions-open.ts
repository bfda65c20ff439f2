/** Which findings nobody has asked for yet. */

import type { Features } from './features.ts';
import type { QuestionIndex } from './questions-index.ts';
import { mayAsk } from './questions-policy.ts';
import type { Patient } from './types.ts';

/**
 * Whether a term makes a question of this patient: somebody of that sex and age may be asked, and it was neither told nor
 * follows from what was.
 */
export function openFindings(
  questions: QuestionIndex,
  { findings, age, gender }: Pick<Patient, 'findings' | 'age' | 'gender'>,
  { items }: Features,
): (term: number) => boolean {
  const implied = new Set<number>();
  const denied: number[] = [];
  for (const { term, present } of findings)
    if (present) for (const above of questions.asking(term).closure) implied.add(above);
    else denied.push(term);
  return (term) => {
    const asking = questions.asking(term);
    return (
      asking.isQuestion &&
      mayAsk(asking, gender, age) &&
      !implied.has(term) &&
      !denied.some((other) => asking.closure.has(other)) &&
      // A general word answers all near-duplicate questions of its group.
      (questions.own.get(term) ?? []).every((item) => items[item] === 0)
    );
  };
}
