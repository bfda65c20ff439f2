/** What somebody typed, read: the words that matter, and what verbs stand for. */

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
    dolido: 'dolor',
    pica: 'picor',
    pican: 'picor',
    arde: 'ardor',
    escuece: 'escozor',
    sangra: 'sangrado',
    sangran: 'sangrado',
    tose: 'tos',
    toser: 'tos',
    vomita: 'vomitos',
    vomitado: 'vomitos',
    vomitar: 'vomitos',
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
    desmayado: 'desmayo',
    desmayada: 'desmayo',
    convulsiona: 'convulsion',
    convulsionado: 'convulsion',
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
    coughing: 'cough',
    vomits: 'vomiting',
    vomited: 'vomiting',
    faint: 'fainting',
    fainted: 'fainting',
  }),
);

/** The words of a normalised query that name something; all of them where none does. */
export function tellingWords(key: string): string[] {
  const all = key.split(' ');
  const telling = all.filter((word) => !EMPTY.has(word));
  return telling.length > 0 ? telling : all;
}

export const isEmptyWord = (word: string): boolean => EMPTY.has(word);

/** The noun that findings are named by where people say a verb or an adjective. */
export const nounOf = (word: string): string | undefined => NOUNS.get(word);
