/** What each condition stands for where its gravity is stated, and how an unstated one is spread over the classes. */

import type { ConditionSeverities } from './gravity.ts';
import { type SeverityPolicy, type SeveritySubject, severityOf } from './severity.ts';
import { SEVERITIES, type Severity, type StatedCourse } from './types.ts';

type KnowledgeOnly = Extract<SeveritySubject, { kind: 'knowledge_only' }>;
type Group = StatedCourse | 'unknown';
interface Classed {
  readonly subject: SeveritySubject;
  /** Null where the policy spreads it. */
  readonly severity: Severity | null;
}

/**
 * The severities of the conditions, in order. A gravity that nobody states is spread as the policy says: like the
 * conditions known from texts of the same course whose urgency is stated. Where not even the course is, over the courses as
 * often as they are stated, and within each like its own: counting classes would count the chronic alone, whose course
 * is their class. One more of the gravest class is counted with each course, so that few never speak for none.
 *
 * @throws {RangeError} where the policy has no rule for a condition.
 */
export function severitiesOf(
  subjects: readonly SeveritySubject[],
  policy: Pick<SeverityPolicy, 'rules'>,
): ConditionSeverities {
  const classed = subjects.map((subject): Classed => ({ subject, severity: severityOf(subject, policy) }));
  const spreads = new Map<Group, Float64Array>();
  const shares = new Float64Array(subjects.length * SEVERITIES.length);
  classed.forEach(({ subject, severity }, row) => {
    if (severity !== null) {
      shares[row * SEVERITIES.length + SEVERITIES.indexOf(severity)] = 1;
      return;
    }
    const group = groupOf(subject as KnowledgeOnly);
    let spread = spreads.get(group);
    if (!spread) {
      spread = frequencies(classed, group);
      spreads.set(group, spread);
    }
    shares.set(spread, row * SEVERITIES.length);
  });
  const none = severityOf({ kind: 'no_relevant_disease' }, policy);
  if (none === null) throw new RangeError('the severity policy spreads "no relevant disease"');
  return {
    shares,
    known: Uint8Array.from(classed, ({ subject, severity }) =>
      Number(severity !== null && subject.kind !== 'orphan'),
    ),
    none,
  };
}

/** An unconfirmed acute course counts, since it can but raise. */
function groupOf({ course, unconfirmed }: KnowledgeOnly): Group {
  return course ?? (unconfirmed === 'acute' ? 'acute' : 'unknown');
}

/** Shares of SEVERITIES. */
function frequencies(classed: readonly Classed[], group: Group): Float64Array {
  if (group !== 'unknown') return ofCourse(classed, group);
  const courses = classed.flatMap(({ subject }) =>
    subject.kind === 'knowledge_only' && subject.course !== null ? [subject.course] : [],
  );
  if (courses.length === 0) return ofCourse(classed, 'acute');
  const shares = new Float64Array(SEVERITIES.length);
  for (const course of new Set(courses)) {
    const weight = courses.filter((other) => other === course).length / courses.length;
    ofCourse(classed, course).forEach((share, at) => {
      shares[at] = (shares[at] as number) + weight * share;
    });
  }
  return shares;
}

/** A chronic one has its class whether its urgency is stated or not; of the others those whose urgency is. */
function ofCourse(classed: readonly Classed[], course: StatedCourse): Float64Array {
  const counts = new Float64Array(SEVERITIES.length);
  counts[SEVERITIES.indexOf('ENFERMEDAD_AGUDA')] = 1;
  let total = 1;
  for (const { subject, severity } of classed) {
    if (subject.kind !== 'knowledge_only' || severity === null || subject.course !== course) continue;
    if (course !== 'chronic' && subject.urgency === null) continue;
    const at = SEVERITIES.indexOf(severity);
    counts[at] = (counts[at] as number) + 1;
    total++;
  }
  return counts.map((count) => count / total);
}
