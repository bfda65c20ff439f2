/** The language of what a command prints. */

const LANGS = ['es', 'en'] as const;
export type Lang = (typeof LANGS)[number];
export type Text = Readonly<Record<Lang, string>>;

/** @throws Error for any other word. */
export function readLang(given: string): Lang {
  const lang = LANGS.find((known) => known === given);
  if (lang === undefined) throw new Error(`--lang: given ${given}; one of ${LANGS.join(', ')}`);
  return lang;
}
