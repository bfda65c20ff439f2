/** GA4GH phenopackets, version 2 (ISO 4454), as the Phenopacket Store writes them. */

import { z } from 'zod';
import { type Case, Fault, parseAs } from './case.ts';

const DAYS_A_YEAR = 365.25;
const MOST_YEARS = 120;
/** Neither phenopackets nor HPO know intensities: any above 0 says that the finding is there. */
const PRESENT = 5;
/** Only the common members read age and sex; who tells none gets this one, as in `data/cases`. */
const UNKNOWN_AGE = 30;

const GENDERS: ReadonlyMap<string, 'M' | 'F'> = new Map([
  ['MALE', 'M'],
  ['FEMALE', 'F'],
]);

/** Years at which HPO's classes of onset begin: HP:0003674 and below that name an age, by their definitions. */
const ONSET_FROM: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'HP:0030674': 0, // Antenatal
    'HP:0011460': 0, // Embryonal
    'HP:0011461': 0, // Fetal
    'HP:0034199': 0, // Late first trimester
    'HP:0034198': 0, // Second trimester
    'HP:0034197': 0, // Third trimester
    'HP:0003577': 0, // Congenital
    'HP:0003623': 0, // Neonatal
    'HP:0003593': 28 / DAYS_A_YEAR, // Infantile
    'HP:0410280': 28 / DAYS_A_YEAR, // Pediatric
    'HP:0011463': 1, // Childhood
    'HP:0003621': 5, // Juvenile
    'HP:0003581': 16, // Adult
    'HP:0011462': 16, // Young adult
    'HP:0025708': 16, // Early young adult
    'HP:0025709': 19, // Intermediate young adult
    'HP:0025710': 25, // Late young adult
    'HP:0003596': 40, // Middle age
    'HP:0003584': 60, // Late
  }),
);

const ontologyClass = z.object({ id: z.string().min(1), label: z.string().optional() });
const age = z.object({ iso8601duration: z.string() });

/** Of the ways to tell a time, those that are an age. */
const timeElement = z.object({
  age: age.optional(),
  ageRange: z.object({ start: age.optional() }).optional(),
  gestationalAge: z.object({}).optional(),
  ontologyClass: ontologyClass.optional(),
});
type TimeElement = z.infer<typeof timeElement>;

const packetSchema = z.object({
  id: z.string().optional(),
  subject: z.object({ sex: z.string().optional(), timeAtLastEncounter: timeElement.optional() }).optional(),
  phenotypicFeatures: z
    .array(
      z.object({
        type: ontologyClass,
        excluded: z.boolean().optional(),
        onset: timeElement.optional(),
      }),
    )
    .optional(),
  interpretations: z
    .array(
      z.object({
        progressStatus: z.string().optional(),
        diagnosis: z.object({ disease: ontologyClass.optional() }).optional(),
      }),
    )
    .optional(),
  diseases: z.array(z.object({ term: ontologyClass, excluded: z.boolean().optional() })).optional(),
  metaData: z
    .object({
      externalReferences: z
        .array(z.object({ id: z.string().optional(), reference: z.string().optional() }))
        .optional(),
    })
    .optional(),
});
type Packet = z.infer<typeof packetSchema>;

/** Whether an object is a phenopacket, by the fields that only one has. */
export const isPhenopacket = (value: object): boolean =>
  ['phenotypicFeatures', 'metaData', 'subject'].some((field) => field in value);

/**
 * The case that a phenopacket describes; findings that the vocabulary does not know are left to lenient validation.
 *
 * @param stem the name of the packet's own file without folder and ending, which may name the paper; '' where it has none.
 * @throws Fault naming the field.
 */
export function parsePhenopacket(value: unknown, stem: string, cohort: string | undefined): Case {
  const packet = parseAs(packetSchema, value);
  const codes = diagnoses(packet);
  if (codes.length === 0)
    throw new Fault('interpretations', 'no solved diagnosis, and no disease that is not excluded');
  const pmids = papers(packet, stem);
  const id = packet.id || stem;
  return {
    ...(id !== '' && { id }),
    request: { ...findings(packet), validation: 'lenient' },
    truth: { codes },
    ...(pmids.length > 0 && { pmids }),
    ...(cohort !== undefined && { cohort }),
  };
}

function findings({ subject, phenotypicFeatures = [] }: Packet): Record<string, unknown> {
  const years = yearsOf(subject?.timeAtLastEncounter);
  const observed = phenotypicFeatures.filter(({ excluded }) => !excluded);
  const present = new Set(observed.map(({ type }) => type.id));
  // Excluded once and observed at another time: it is there.
  const excluded = phenotypicFeatures.map(({ type }) => type.id).filter((id) => !present.has(id));
  return {
    symptoms: Object.fromEntries(observed.map(({ type, onset }) => [type.id, symptom(years, onset)])),
    absent: [...new Set(excluded)],
    age: years === undefined ? UNKNOWN_AGE : Math.round(years * 100) / 100,
    gender: GENDERS.get(subject?.sex ?? '') ?? 'O',
  };
}

/** With the days since it began, where both ages are told and differ: equal ones may be months apart. */
function symptom(years: number | undefined, onset: TimeElement | undefined): unknown {
  const from = yearsOf(onset);
  if (years === undefined || from === undefined || from >= years) return PRESENT;
  return { intensity: PRESENT, onset: Math.round((years - from) * DAYS_A_YEAR) };
}

/** Age in years; of a range or a class of onset, its beginning. Undefined where no age is told. */
function yearsOf(time: TimeElement | undefined): number | undefined {
  if (time === undefined) return;
  if (time.gestationalAge !== undefined) return 0;
  const duration = time.age ?? time.ageRange?.start;
  return duration ? isoYears(duration.iso8601duration) : ONSET_FROM.get(time.ontologyClass?.id ?? '');
}

/** An ISO 8601 duration such as `P5Y8M` in years, 120 at most; undefined where it is none. */
export function isoYears(duration: string): number | undefined {
  const parts = /^P(?=\d|T\d)(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T[\d.HMS]+)?$/.exec(
    duration.trim(),
  );
  if (parts === null) return;
  const [years = 0, months = 0, weeks = 0, days = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return Math.min(MOST_YEARS, years + months / 12 + (weeks * 7 + days) / DAYS_A_YEAR);
}

function diagnoses({ interpretations = [], diseases = [] }: Packet): string[] {
  const solved = interpretations
    .filter(({ progressStatus = '' }) => ['SOLVED', 'COMPLETED'].includes(progressStatus))
    .flatMap(({ diagnosis }) => diagnosis?.disease?.id ?? []);
  const stated = diseases.filter(({ excluded }) => !excluded).map(({ term }) => term.id);
  return [...new Set(solved.length > 0 ? solved : stated)];
}

/** PMIDs of the references and of the packet's or the file's name. */
function papers({ id = '', metaData }: Packet, stem: string): string[] {
  const references = metaData?.externalReferences ?? [];
  const texts = [id, stem, ...references.flatMap((it) => [it.id ?? '', it.reference ?? ''])];
  const found = texts.flatMap((text) =>
    [...text.matchAll(/(?:PMID[:_ ]?|pubmed[^\s]*\/)(\d{4,9})(?!\d)/gi)].map((match) => `PMID:${match[1]}`),
  );
  return [...new Set(found)];
}
