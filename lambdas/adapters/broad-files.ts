/** Reads the broad layer's files of the model bundle. */

import type { Limits } from '../core/broad-people.ts';
import type { BroadSpec, BroadTable } from '../core/broad-tables.ts';
import type {
  Lang,
  ProfileKind,
  SourceKind,
  StatedCourse,
  StatedUrgency,
  UnconfirmedGravity,
} from '../core/types.ts';
import { banded } from './bundle-files.ts';
import type { Manifest } from './manifest.ts';

/** The manifest's section of the broad layer. */
export type BroadSection = Manifest['broad'];

/** A candidate in the conditions' file. */
export interface BroadEntry {
  /** DOID, MeSH or ICD-10; `CEN:condition_...` where no code stands for it alone. */
  readonly code: string;
  readonly codes: readonly string[];
  readonly en: string;
  readonly es: string;
  /** The language that `es` really is in. */
  readonly es_lang: Lang;
  /** `literature`: no clinical profile is known. */
  readonly profile: ProfileKind;
  /** Best standing among its texts; what only `other` says is to be confirmed. */
  readonly source_kind: SourceKind;
  /** It is this row of the other layers: only its codes are added there. */
  readonly row?: number;
  /** The one sex that can have it. */
  readonly only_sex?: 'F' | 'M';
  /** Years under which nobody has it. */
  readonly only_from?: number;
  /** Years from which nobody has it. */
  readonly only_below?: number;
  /** Of a candidate with a row of its own. */
  readonly knowledge_only?: true;
  readonly icd10?: string | null;
  readonly sources?: readonly string[];
  readonly urgency?: StatedUrgency | null;
  readonly course?: StatedCourse | null;
  readonly unconfirmed?: UnconfirmedGravity | null;
}

/** The layer as read. */
export interface BroadLayer {
  readonly spec: BroadSpec;
  /** By candidate. */
  readonly entries: readonly BroadEntry[];
}

const AGE_GROUPS = 6;
const SEXES = 2;

/**
 * The layer from its section, the profiles' bytes and the conditions' entries. Candidates of their own follow the
 * `otherRows` conditions of the other layers, in order.
 *
 * @throws RangeError where the sizes are not those of the vocabulary and the entries.
 */
export function readBroad(
  section: BroadSection,
  bytes: Uint8Array,
  entries: readonly BroadEntry[],
  termCount: number,
  otherRows: number,
): BroadLayer {
  // A copy of its own: typed arrays must begin at a multiple of their width.
  const { buffer } = new Uint8Array(bytes);
  const [terms = 0, candidates = 0, clinical = 0, literature = 0] = new Uint32Array(buffer, 0, 4);
  if (terms !== termCount || candidates !== entries.length)
    throw new RangeError('the broad profiles do not fit the vocabulary and the candidates');
  let at = 16;
  const take = (length: number): number => {
    const from = at;
    at = Math.ceil((at + length) / 4) * 4;
    return from;
  };
  const floats = (length: number) => new Float32Array(buffer, take(4 * length), length);
  const table = (count: number, step: number): BroadTable => ({
    offsets: new Uint32Array(buffer, take(4 * (terms + 1)), terms + 1),
    rows: new Uint16Array(buffer, take(2 * count), count),
    codes: new Uint8Array(buffer, take(count), count),
    step,
  });
  const background = floats(terms);
  const sex = floats(candidates * SEXES);
  const age = floats(candidates * AGE_GROUPS);
  const spec: BroadSpec = {
    rows: rowsOf(entries, otherRows),
    unprofiled: Uint8Array.from(entries, ({ profile }) => Number(profile === 'literature')),
    quiet: Uint8Array.from(entries, (entry) => Number(isQuiet(entry))),
    limits: entries.map(limitsOf),
    background,
    sex,
    age,
    clinical: table(clinical, 1 / 255),
    literature: table(literature, section.literature_step),
    weights: section.weights,
    confidences: banded(section.confidences),
    missed: section.missed,
    weight: section.weight,
    floor: section.floor,
    decay: section.decay,
  };
  if (at !== buffer.byteLength) throw new RangeError('the broad profiles are not of their stated size');
  return { spec, entries };
}

const isQuiet = ({ row, urgency, unconfirmed }: BroadEntry): boolean =>
  row === undefined && urgency !== 'emergency' && unconfirmed !== 'urgent';

const limitsOf = ({ only_sex, only_from, only_below }: BroadEntry): Limits => ({
  ...(only_sex === undefined ? {} : { onlySex: only_sex }),
  ...(only_from === undefined ? {} : { onlyFrom: only_from }),
  ...(only_below === undefined ? {} : { onlyBelow: only_below }),
});

function rowsOf(entries: readonly BroadEntry[], otherRows: number): Uint16Array {
  let next = otherRows;
  return Uint16Array.from(entries, ({ row }) => row ?? next++);
}
