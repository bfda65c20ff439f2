import type { Lang, Term, Vocabulary } from './types.ts';

/**
 * The form names are compared in: lower case, no accents, runs of `[a-z0-9]` joined by one space.
 * Twin of `normalise` in training/centinela_training/vocabulary.py. Idempotent.
 */
export function normalise(name: string): string {
  const lower = name.toLowerCase();
  // Two names in three are plain already, and a start normalises 60,000 of them.
  if (/^[a-z0-9]+(?: [a-z0-9]+)*$/.test(lower)) return lower;
  const bare = lower.normalize('NFD').replace(/\p{M}/gu, '');
  return bare.match(/[a-z0-9]+/g)?.join(' ') ?? '';
}

/** One searchable name of a term. */
export interface TermName {
  readonly key: string;
  /** As written in the vocabulary. */
  readonly text: string;
  readonly term: number;
  readonly lang: Lang;
}

/** All ways to name a term, ready to look up. */
export interface NameIndex {
  readonly vocabulary: Vocabulary;
  /** The term of a normalised name; undefined where nobody, or more than one term of equal rank, has it. */
  readonly byName: (key: string) => number | undefined;
  /** Lower-case id -> term. */
  readonly byId: ReadonlyMap<string, number>;
  /** Lower-case obsolete id -> term that replaces it. */
  readonly byOldId: ReadonlyMap<string, number>;
}

/** Normalised name -> term, or {@link AMBIGUOUS}. */
type Claims = Map<string, number>;

/** Two terms of equal rank claim the name. */
const AMBIGUOUS = -1;

/** Indexes the vocabulary: curated findings claim their names first, then HPO labels, then HPO synonyms. */
export function indexNames(vocabulary: Vocabulary): NameIndex {
  const { terms } = vocabulary;
  const byId = new Map(terms.map((term, index) => [term.id.toLowerCase(), index]));
  const byOldId = new Map<string, number>();
  for (const [old, id] of Object.entries(vocabulary.replaced)) {
    const term = byId.get(id.toLowerCase());
    if (term !== undefined) byOldId.set(old.toLowerCase(), term);
  }
  const curated = claims(terms, (term, index) =>
    isCurated(term) ? [...labelsOf(term, index), ...synonymsOf(term, index)] : [],
  );
  let others: readonly Claims[] | undefined;
  return {
    vocabulary,
    byName: (key) => {
      const own = curated.get(key);
      if (own !== undefined) return own === AMBIGUOUS ? undefined : own;
      // On the first name that no curated finding has: sixty thousand names are a good part of a start.
      others ??= [
        claims(terms, (term, index) => (isCurated(term) ? [] : labelsOf(term, index))),
        claims(terms, (term, index) => (isCurated(term) ? [] : synonymsOf(term, index))),
      ];
      const term = others.find((rank) => rank.has(key))?.get(key);
      return term === AMBIGUOUS ? undefined : term;
    },
    byId,
    byOldId,
  };
}

const isCurated = ({ slug }: Term): boolean => slug !== undefined;

function claims(terms: readonly Term[], namesOf: (term: Term, index: number) => readonly TermName[]): Claims {
  const owners: Claims = new Map();
  terms.forEach((term, index) => {
    for (const { key } of namesOf(term, index)) {
      if (key === '') continue;
      const owner = owners.get(key);
      owners.set(key, owner === undefined || owner === index ? index : AMBIGUOUS);
    }
  });
  return owners;
}

/** Every name of every term, and the words that may mean it. */
export function allNames({ terms }: Vocabulary): TermName[] {
  return terms.flatMap((term, index) => [
    ...labelsOf(term, index),
    ...synonymsOf(term, index),
    ...(term.ambiguous ?? []).map((text) => named(text, 'es', index)),
  ]);
}

function labelsOf({ es, en, slug }: Term, term: number): TermName[] {
  const labels = [named(es, 'es', term), named(en, 'en', term)];
  return slug === undefined ? labels : [...labels, named(slug, 'es', term)];
}

function synonymsOf({ syn_es = [], syn_en = [] }: Term, term: number): TermName[] {
  return [...syn_es.map((text) => named(text, 'es', term)), ...syn_en.map((text) => named(text, 'en', term))];
}

function named(text: string, lang: Lang, term: number): TermName {
  return { key: normalise(text), text, term, lang };
}

/** What a name stands for; `obsolete` when it is an id that HPO has replaced. */
export interface Resolved {
  readonly term: number;
  readonly obsolete: boolean;
}

/** The term of an id (case forgiven), slug, label or synonym in either language; undefined when unknown. */
export function resolve(index: NameIndex, name: string): Resolved | undefined {
  const id = name.trim().toLowerCase();
  const replaced = index.byOldId.get(id);
  if (replaced !== undefined) return { term: replaced, obsolete: true };
  const term = index.byId.get(id) ?? index.byName(normalise(name));
  return term === undefined ? undefined : { term, obsolete: false };
}
