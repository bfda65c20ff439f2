/** Which findings a query tells of and which it denies. After NegEx (Chapman et al. 2001): words that deny, and their reach. */

import { normalise } from './names.ts';
import { tellingWords } from './query.ts';

/** One finding of a query, in words to search by. */
export interface Clause {
  readonly text: string;
  readonly denied: boolean;
  /** Of "no tengo hambre": "hambre", which is missing; the lack of it is the finding. */
  readonly lacking?: string;
}

/** Whether a normalised text begins with one of the phrases: the phrase, else undefined. */
type Opening = (text: string) => string | undefined;

/** Phrases as a normalised text has them: one or more words, separated by commas here. */
function phrases(...lists: readonly string[]): Opening {
  const all = lists
    .flatMap((list) => list.split(', '))
    .sort((a, b) => b.length - a.length)
    .map((phrase) => `${phrase} `);
  return (text) => all.find((phrase) => `${text} `.startsWith(phrase))?.trimEnd();
}

/** They say that what follows is not there, whatever it is. */
const deniers = phrases(
  'sin, niega, niegan, nego, negaba, negando, nunca, jamas, tampoco, ni, ningun, ninguna, nada de, ausencia de',
  'descarta, descartan, descartada, descartado, libre de, dejo de, ha dejado de',
  'se me quito, se le quito, se me quitaron, se me paso, se le paso, se me fue, se le fue, desaparecio',
  'without, denies, denied, denying, never, nor, neither, absence of, negative for, free of, free from',
  'stopped, has stopped, ruled out, rules out',
);

/** They deny too, unless what follows says that it is there and stays, or that something cannot be done. */
const negations = phrases(
  'no',
  'not, do not, does not, did not, is not, are not, was not, were not, has not, have not, had not',
  'isn t, aren t, wasn t, weren t, don t, doesn t, didn t, hasn t, haven t, hadn t',
);

/** Said at the end of what is there no more. */
const PAST =
  / (?:se fue|se me fue|se me quito|se me paso|desaparecio|ha desaparecido|is gone|has gone|went away|has gone away|has stopped|stopped)$/;

/** After "no" or "not": what is told of is there. "No para de toser", "no solo tos", "fever not going down". */
const staying = phrases(
  'puede, puedo, pueden, podia, pude, pudo, consigue, consigo, logra, logro, para, paro, deja, dejo, quita, baja, cede',
  'cesa, mejora, calma, alivia, aguanta, aguanto, soporta, soporto, tolera, tolero, controla, controlo, quiere, quiero',
  'sabe, se si, se que, solo, solamente, va, responde, reacciona, contesta, obedece, despierta, cicatriza, cura',
  'only, just, sure, know, going, getting, improving, improve, stopping, stop, stopped, better, able, go, goes, gone',
  'relieved, responding, responsive, resolved, resolving, healing, let',
);

const CLITICS = new Set(['me', 'te', 'se', 'le', 'les', 'lo', 'nos']);

/** After "no me", "no le": verbs of complaints, which that denies. Others stay: "no se le quita", "no me baja la regla". */
const complaining = phrases(
  'duele, duelen, dolia, pica, pican, arde, arden, escuece, escuecen, molesta, molestan, quema, falta, cuesta, sangra',
  'sangran, tiembla, tiemblan, hincha, hinchan, marea, mareo, duerme, duermen, noto, nota, siento, siente, encuentro',
  'encuentra, he, ha, han, habia, da, dan, desmayo, desmaye, ahogo, ahoga, canso, cansa, repite',
);

/** Between the word that denies and the finding. */
const fillers = phrases(
  'no, de, del, la, el, los, las, un, una, ya, mas, ningun, ninguna, ninguno, nada de, tipo de',
  'tengo, tiene, tienen, tenia, tuve, tuvo, tenido, tener, he, ha, han, habia, hay, hubo, habido, sido, estado',
  'presenta, presento, presentado, refiere, refirio, aqueja, siento, siente, sentido, noto, nota, notado, estoy, esta',
  'estan, estaba, es, me, te, se, le, les, encuentro, encuentra, signos de, sintomas de, antecedentes de, evidencia de',
  'any, a, an, the, longer, more, have, has, had, having, been, be, is, am, are, was, feel, feels, feeling, felt, get',
  'gets, been having, experience, experienced, experiencing, report, reports, seen, sign of, signs of, symptoms of',
  'evidence of, history of, complaints of, of',
);

/** What a healthy person has or does: without it a finding is there, not denied. "Sin apetito", "not sleeping". */
const healthy = phrases(
  'hambre, apetito, ganas de comer, ganas de nada, ganas de vivir, ganas de hacer, fuerza, fuerzas, energia, animo',
  'aliento, aire, voz, vista, vision, olfato, gusto, sabor, oido, habla, memoria, equilibrio, sensibilidad, sueno',
  'regla, menstruacion, periodo, pulso, latido, reflejos, lagrimas, deseo sexual, libido, ereccion, bien, movimientos',
  'siento el, siento la, siento los, siento las, siento mi, siento mis, siento un, siento una, siento medio',
  'siente el, siente la, siente los, siente las, siente un, siente una, siente medio, reconoce, recuerda, recuerdo',
  'appetite, hungry, hunger, energy, strength, voice, sense of, smell, taste, sensation, feeling in, balance, vision',
  'hearing, breath, pulse, heartbeat, reflexes, tears, period, periods, sex drive, libido, erection, erections, well',
  'bowel movement, bowel movements, right, myself, himself, herself',
);

/** What a healthy person does, where nothing is said of it but how well: "no orina", but not "no orina con sangre". */
const doing = phrases(
  'come, como, comido, bebe, bebo, orina, orino, orinado, mea, meo, defeca, respira, respiro, habla, hablo, camina',
  'camino, anda, ando, ve, veo, oye, oigo, huele, huelo, duerme, duermo, dormido, mueve, mama, crece, gana peso, suda',
  'sonrie, llora, apoya',
  'eat, eating, drinking, sleep, sleeping, breathe, breathing, urinating, peeing, pooping, passing, feeding, move',
  'moving, walk, walking, talk, talking, speak, speaking, hear, hearing, see, seeing, growing, gaining weight, sweating',
);

const howWell = phrases(
  'bien, nada, casi, apenas, ni, desde, hace, en, por, el, la',
  'well, much, enough, properly, since, for, at, in, anything, urine, stool, gas',
);

/** Words that a clause may begin with and that name nothing. */
const leading = phrases(
  'ya, si, yo, el, ella, que, pero, paciente, el paciente, la paciente, con, tambien, ahora, hoy, tengo, tiene, hay',
  'patient, the patient, i, he, she, it, there, there is, there are, is, am, has, have, yes, now, also, with, my, the',
);

/** Words that begin a clause of its own, which an earlier denial does not reach: "no tengo fiebre y me duele ...". */
const beginning = phrases(
  'me, te, se, le, les, tengo, tiene, hay, siento, siente, noto, estoy, esta, con, si, mucha, mucho, presenta, refiere',
  'i, he, she, my, his, her, has, have, with, there, is, am, feels, feel',
);

const COMMA = ' , ';
const JOINTS = /(?<= |^)(pero|aunque|sino|but|although|though|however|y|e|o|u|ni|and|or|nor|,)(?= |$)/;
/** The denial before them reaches over them: "niega tos, fiebre y disnea". */
const REACHED = new Set(['y', 'e', 'o', 'u', 'and', 'or', ',']);

/** One word that says a finding is not there. */
const DENYING_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    afebril: 'fiebre',
    apiretico: 'fiebre',
    apiretica: 'fiebre',
    afebrile: 'fever',
    eupneico: 'disnea',
    eupneica: 'disnea',
    anicterico: 'ictericia',
    anicterica: 'ictericia',
    anicteric: 'jaundice',
    acianotico: 'cianosis',
    acianotica: 'cianosis',
  }),
);

/** What a query, as typed, says of one finding after another; one clause, not denied, where it denies none. */
export function clausesOf(query: string): readonly Clause[] {
  const clauses = query
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

const DENYING = new Set('no sin nunca ni ausencia not without never nor absence absent'.split(' '));

/** Whether a word of a normalised name denies: "no vacunado", "tos que no se quita". */
export const hasDenyingWord = (key: string): boolean => key.split(' ').some((word) => DENYING.has(word));

function clausesOfPart(part: string): Clause[] {
  const clauses: Clause[] = [];
  let joint: string | undefined;
  for (const [place, piece] of part.split(JOINTS).entries()) {
    if (place % 2 === 1) {
      joint = piece;
      continue;
    }
    const text = piece.trim();
    if (text === '') continue;
    const before = clauses.at(-1);
    const reached = before?.denied === true && REACHED.has(joint ?? '') && beginning(text) === undefined;
    const own = clausesOfPiece(text);
    const isReached = reached || joint === 'ni' || joint === 'nor';
    clauses.push(...(isReached && !isDenial(own) ? [denial(text, text)] : own));
  }
  return clauses;
}

function clausesOfPiece(text: string): Clause[] {
  const denying = DENYING_WORDS.get(text);
  if (denying !== undefined) return [{ text: denying, denied: true }];
  const words = text.split(' ');
  for (let at = 0; at < words.length; at++) {
    const rest = words.slice(at).join(' ');
    const negation = negations(rest);
    const denier = negation ?? deniers(rest);
    if (denier === undefined) continue;
    const told = rest.slice(denier.length + 1);
    if (negation !== undefined && isThere(told)) break;
    const head = withoutLead(words.slice(0, at).join(' '));
    const finding = denial(told, rest);
    // "The chest doesn't hurt": what hurts was said before.
    if (head !== '' && negation !== undefined && !finding.text.includes(' ') && isVerb(told))
      return [{ text: `${head} ${finding.text}`, denied: true }];
    const present = head === '' ? [] : [{ text: head, denied: false }];
    return finding.text === '' ? present : [...present, finding];
  }
  if (PAST.test(text)) return [{ text: withoutLead(text.replace(PAST, '')), denied: true }];
  return [{ text: withoutLead(text) || text, denied: false }];
}

/** Whether what follows "no" is told as there. */
function isThere(told: string): boolean {
  const words = told.split(' ');
  const verb = words.findIndex((word) => !CLITICS.has(word));
  const action = verb < 0 ? '' : words.slice(verb).join(' ');
  return staying(action) !== undefined || (verb > 0 && complaining(action) === undefined);
}

const VERBS_AFTER = phrases(
  'duele, duelen, pica, pican, arde, arden, escuece, sangra, sangran, tiembla, tiemblan, hincha, hinchan',
  'hurt, hurts, ache, aches, itch, itches, burn, bleed, hurting, aching, itching, burning, bleeding, swollen, sore',
);

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
