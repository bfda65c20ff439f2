/** What somebody typed, read: the words that matter, what verbs stand for, and whether a finding is denied. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Words that name nothing, of both languages; "sin" and "no" do. */
const EMPTY = words(
  'de del la el los las un una unos unas al a en con y o e u que se me te le les lo mi su sus mis por para es esta estoy ' +
    'estan muy mucho mucha muchos muchas poco tengo tiene tienen tener siento siente sentir hay presenta refiere desde hace ' +
    'cuando como the an of in on with and or my his her its i he she it have has having feel feeling feels am is are be ' +
    'very lot lots to when at for from',
);

/** Verbs and adjectives that patients use, and the noun that findings are named by. */
const NOUNS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    duele: 'dolor',
    duelen: 'dolor',
    doler: 'dolor',
    dolorido: 'dolor',
    pica: 'picor',
    pican: 'picor',
    arde: 'ardor',
    escuece: 'escozor',
    sangra: 'sangrado',
    sangran: 'sangrado',
    tose: 'tos',
    vomita: 'vomitos',
    vomitando: 'vomitos',
    tiembla: 'temblor',
    tiemblan: 'temblor',
    hinchado: 'hinchazon',
    hinchada: 'hinchazon',
    hinchados: 'hinchazon',
    hinchadas: 'hinchazon',
    hincha: 'hinchazon',
    hinchan: 'hinchazon',
    inflamado: 'inflamacion',
    inflamada: 'inflamacion',
    desmaya: 'desmayo',
    desmayo: 'desmayo',
    marea: 'mareo',
    mareado: 'mareo',
    mareada: 'mareo',
    veo: 'vision',
    hurts: 'pain',
    hurt: 'pain',
    hurting: 'pain',
    painful: 'pain',
    aching: 'pain',
    sore: 'pain',
    swollen: 'swelling',
    itches: 'itching',
    itchy: 'itching',
    bleeds: 'bleeding',
    coughs: 'cough',
    vomits: 'vomiting',
  }),
);

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

/** "No puede ...", "no le ..." tell of something that is there. */
const DENIAL =
  /^(?:sin|niega|nego|niegan|descarta|ausencia de|without|denies|denied|denying|negative for|absence of|no evidence of|no(?! (?:puede|puedo|pueden|consigue|logra|para|deja|quiere|sabe|me|se|le|les|lo|te|puedo)\b)(?: (?:tiene|tengo|tenia|hay|ha tenido|presenta|refiere))?|(?:does not|doesn t|did not) have)(?: (?:de|any|nada de|ningun|ninguna))? (.+)$/;

/** What a normalised query denies, where it denies: "niega dolor toracico" -> "dolor toracico". */
export function denied(key: string): string | undefined {
  return DENYING_WORDS.get(key) ?? DENIAL.exec(key)?.[1];
}

/** The words of a normalised query that name something; all of them where none does. */
export function tellingWords(key: string): string[] {
  const all = key.split(' ');
  const telling = all.filter((word) => !EMPTY.has(word));
  return telling.length > 0 ? telling : all;
}

export const isEmptyWord = (word: string): boolean => EMPTY.has(word);

/** The noun that findings are named by where people say a verb or an adjective. */
export const nounOf = (word: string): string | undefined => NOUNS.get(word);
