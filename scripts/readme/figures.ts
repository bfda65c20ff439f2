/** The README's tables of figures, from `reports/`. */

import { readFileSync } from 'node:fs';
import { markdownTable } from '../generated.ts';

type Interval = readonly [mean: number, low: number, high: number];
type Split = { readonly name: string; readonly n: number; readonly diseases: number } & Record<
  'top_1' | 'top_3' | 'top_10',
  { readonly micro: Interval; readonly macro: Interval }
>;
interface Bin {
  readonly n: number;
  readonly confidence: number;
  readonly right: number;
}
interface OrphanReport {
  readonly splits: readonly Split[];
  readonly knowledge: { readonly diseases: number; readonly papers: number };
  readonly calibration: { readonly ece_held_out: number; readonly ece_bins: readonly Bin[] };
}

/** Stated and right, over all bins that state more than one half. */
function overstated(bins: readonly Bin[]): string {
  const high = bins.filter(({ confidence }) => confidence > 0.5);
  const total = high.reduce((sum, { n }) => sum + n, 0);
  const mean = (key: 'confidence' | 'right') => high.reduce((sum, bin) => sum + bin.n * bin[key], 0) / total;
  return `on average ${percent(mean('confidence'))} % stated, ${percent(mean('right'))} % right`;
}

type Figures = Readonly<Record<'top1' | 'top3' | 'top5' | 'macro_f1' | 'ece', number>> & {
  readonly n: number;
} & Readonly<
    Record<'urgent_recall' | 'urgent_specificity' | 'called_well' | 'urgent_called_well', number | undefined>
  >;

const report = (name: string) => JSON.parse(readFileSync(`reports/${name}.json`, 'utf8'));
const percent = (share: number): string => (100 * share).toFixed(1);
/** Two shares, or a dash where they were not measured. */
const shares = (...values: (number | undefined)[]): string =>
  values.map((value) => (value === undefined ? '—' : percent(value))).join(' / ');
const thousands = (n: number): string => n.toLocaleString('en-GB');

const SPLITS: Readonly<Record<string, string>> = {
  paper_not_in_knowledge: 'own paper **not** in the knowledge base, unknown diseases counted as misses',
  paper_not_in_knowledge_disease_known: 'the same, diseases that the knowledge base holds',
  paper_not_in_knowledge_as_served: 'the same as served: all other diseases with their published patients',
  time_split_2023: 'knowledge of 2023-01, paper not in it, disease known; likelihood ratios alone',
  paper_left_out_something_removed: 'own paper in it, but left out for this figure; likelihood ratios alone',
  paper_left_out_with_support:
    'own paper left out, published patients of other papers as support; likelihood ratios alone',
  LEAKY_paper_in_knowledge: '*leaky*: own paper in the knowledge base',
};

export function orphanTable(): string {
  const { splits, knowledge, calibration }: OrphanReport = report('orphan');
  const range = ([mean, low, high]: Interval) => `${percent(mean)} (${percent(low)}–${percent(high)})`;
  const rows = Object.entries(SPLITS).map(([name, title]) => {
    const split = splits.find((s) => s.name === name);
    if (split === undefined) throw new Error(`reports/orphan.json has no split ${name}`);
    const tops = [split.top_1, split.top_3, split.top_10];
    return [
      title,
      `${thousands(split.n)} (${split.diseases})`,
      ...tops.map(({ micro }) => range(micro)),
      tops.map(({ macro }) => percent(macro[0])).join(' / '),
    ];
  });
  return [
    markdownTable(
      ['published patients', 'n (diseases)', 'top-1', 'top-3', 'top-10', 'top-1 / 3 / 10, macro'],
      rows,
    ),
    '',
    `Knowledge base: ${thousands(knowledge.diseases)} diseases, annotations from ${thousands(knowledge.papers)} papers.`,
    `Expected calibration error of the first disease on held-out cohorts, paper not in the knowledge base, disease known: ${calibration.ece_held_out.toFixed(3)};`,
    `of probabilities over one half ${overstated(calibration.ece_bins)}.`,
  ].join('\n');
}

export function commonTable(): string {
  const common = report('performance');
  const titles: Readonly<Record<string, string>> = {
    initial: 'initial complaint only',
    '3': '3 findings',
    '0.3': '30 % of the positive findings',
    '0.5': '50 %',
  };
  const line = (title: string, f: Figures) => [
    title,
    thousands(f.n),
    percent(f.top1),
    percent(f.top3),
    percent(f.top5),
    f.macro_f1.toFixed(3),
    shares(f.urgent_recall, f.urgent_specificity),
    shares(f.called_well, f.urgent_called_well),
    f.ece.toFixed(3),
  ];
  return markdownTable(
    [
      'simulated patients, all ill',
      'n',
      'top-1',
      'top-3',
      'top-5',
      'macro-F1',
      'urgent recall / specificity',
      'called well, all / urgent',
      'ECE',
    ],
    Object.entries(titles).flatMap(([kind, title]) => [
      line(title, common.states[kind]),
      line(`${title}, with wrong, denied and general words`, common.noisy_states[kind]),
      line(`${title}, naive Bayes alone`, common.members['naive Bayes'][kind]),
    ]),
  );
}

interface Curves {
  readonly n: number;
  readonly strategies: Readonly<
    Record<string, Readonly<Record<string, readonly { share: number; ci95: readonly [number, number] }[]>>>
  >;
}

export function questionTable(): string {
  const { simulated, published }: { simulated: Curves; published: Curves } = report(
    'experiments/next_questions',
  );
  const titles = { ours: 'as served', most_frequent: 'most frequent first', random: 'at random' };
  const asked = [0, 1, 3, 5, 10];
  const line = (what: string, { strategies }: Curves, metric: string, ending = '') =>
    Object.entries(titles).map(([name, title]) => {
      const points = asked.map((k) => strategies[`${name}${ending}`]?.[metric]?.[k]);
      const cells = points.map((point) => {
        if (point === undefined)
          throw new Error(`reports/experiments/next_questions.json has no ${metric} of ${name}`);
        return `${percent(point.share)} (${percent(point.ci95[0])}–${percent(point.ci95[1])})`;
      });
      return [what, title, ...cells];
    });
  return markdownTable(
    ['patients, figure', 'questions', ...asked.map((k) => `${k} asked`)],
    [
      ...line(`${simulated.n} simulated, top-1`, simulated, 'top_1'),
      ...line('the same, urgent recall', simulated, 'urgent_recall'),
      ...line(`${published.n} published, two findings told, own paper left out, top-10`, published, 'top_10'),
      ...line('the same, only what the report answers is asked', published, 'top_10', '_known'),
    ],
  );
}
