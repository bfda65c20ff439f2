/** Which findings a query tells of and which it denies. After NegEx (Chapman et al. 2001): words that deny, and their reach. */

import {
  AFFIRMED,
  AFTERWARDS,
  beginning,
  CLITICS,
  COMMA,
  complaining,
  DENYING,
  DENYING_WORDS,
  deniers,
  doing,
  fillers,
  healthy,
  howWell,
  JOINTS,
  leading,
  negations,
  PAST,
  REACHED,
  staying,
  VERBS_AFTER,
} from './denial-words.ts';
import { normalise } from './names.ts';
import { tellingWords } from './query.ts';

/** One finding of a query, in words to search by. */
export interface Clause {
  readonly text: string;
  readonly denied: boolean;
  /** Of "no tengo hambre": "hambre", which is missing; the lack of it is the finding. */
  readonly lacking?: string;
}

/** What a query, as typed, says of one finding after another; one clause, not denied, where it denies none. */
export function clausesOf(query: string): readonly Clause[] {
  const clauses = query
    .replace(/\bw\/o\b/gi, 'without')
    .split(/[;.:!?]+(?=\s|$)/)
    .map((part) =>
      part
        .split(/,+(?=\s|$)/)
        .map(normalise)
        .filter(Boolean)
        .join(COMMA),
    )
    .filter((part) => part !== '')
    .flatMap(clausesOfPart)
    .filter(({ text }) => text !== '');
  return isDenial(clauses) ? clauses : [{ text: normalise(query), denied: false }];
}

/** Whether something is told of as not there. */
export const isDenial = (clauses: readonly Clause[]): boolean =>
  clauses.some(({ denied, lacking }) => denied || lacking !== undefined);

/** Whether a word of a normalised name denies: "no vacunado", "tos que no se quita". */
export const hasDenyingWord = (key: string): boolean => key.split(' ').some((word) => DENYING.has(word));

function clausesOfPart(part: string): Clause[] {
  const clauses: Clause[] = [];
  let joint = '';
  let reaches = false;
  for (const [place, piece] of part.split(JOINTS).entries()) {
    const text = piece.trim();
    if (text === '') continue;
    if (place % 2 === 1) {
      joint = text;
      continue;
    }
    const own = clausesOfPiece(text);
    const isTold = beginning(text) !== undefined || AFFIRMED.test(text);
    const isReached = joint === 'ni' || joint === 'nor' || (reaches && REACHED.has(joint) && !isTold);
    clauses.push(...(isReached && !isDenial(own) ? [denial(text, text)] : own));
    reaches = clauses.at(-1)?.denied === true && !AFTERWARDS.test(text) && !PAST.test(text);
  }
  return clauses;
}

function clausesOfPiece(text: string): Clause[] {
  const denying = DENYING_WORDS.get(text);
  if (denying !== undefined) return [{ text: denying, denied: true }];
  if (PAST.test(text)) return [{ text: withoutLead(text.replace(PAST, '')), denied: true }];
  const words = text.split(' ');
  for (let at = 0; at < words.length; at++) {
    const rest = words.slice(at).join(' ');
    const negation = negations(rest);
    const denier = negation ?? deniers(rest);
    if (denier === undefined) continue;
    const told = rest.slice(denier.length + 1);
    if (negation !== undefined && isThere(told)) break;
    const head = withoutLead(words.slice(0, at).join(' '));
    if (head !== '' && AFTERWARDS.test(text)) return [{ text: head, denied: true }];
    const finding = denial(told, rest);
    // "The chest doesn't hurt": what hurts was said before.
    if (head !== '' && negation !== undefined && !finding.text.includes(' ') && isVerb(told))
      return [{ text: `${head} ${finding.text}`, denied: true }];
    const present = head === '' ? [] : [{ text: head, denied: false }];
    return finding.text === '' ? present : [...present, finding];
  }
  return [{ text: withoutLead(text.replace(AFFIRMED, '')) || text, denied: false }];
}

/** Whether what follows "no" is told as there. */
function isThere(told: string): boolean {
  const words = told.split(' ');
  const verb = words.findIndex((word) => !CLITICS.has(word));
  const action = verb < 0 ? '' : words.slice(verb).join(' ');
  return staying(action) !== undefined || (verb > 0 && complaining(action) === undefined);
}

const isVerb = (told: string): boolean =>
  VERBS_AFTER(
    told
      .split(' ')
      .filter((word) => !CLITICS.has(word))
      .join(' '),
  ) !== undefined;

/** The finding that `told` denies; the lack that it tells of, as written in `whole`, where a healthy person has it. */
function denial(told: string, whole: string): Clause {
  let text = told;
  for (;;) {
    if (healthy(text) !== undefined || isDoing(text))
      return { text: whole, denied: false, lacking: tellingWords(text).join(' ') };
    const filler = fillers(text);
    if (filler === undefined) return { text, denied: true };
    text = text.slice(filler.length + 1);
  }
}

function isDoing(text: string): boolean {
  const action = doing(text);
  return action !== undefined && (text === action || howWell(text.slice(action.length + 1)) !== undefined);
}

function withoutLead(text: string): string {
  const lead = leading(text);
  return lead === undefined ? text : withoutLead(text.slice(lead.length + 1));
}
