/** Example of the OpenAPI document: the card's own texts, without what a training run adds to them. */

import intendedUse from '../../data/clinical/intended_use.json' with { type: 'json' };
import told from '../../data/model_card/attributes.json' with { type: 'json' };
import type { ModelCard } from './schemas/model-card.ts';

const say = (...points: string[]): ModelCard['in_short'] => [{ type: 'text', points }];

export const MODEL_CARD_EXAMPLE: ModelCard = {
  model_version: '1.0.0+0a1b2c3d',
  lang: 'en',
  created: '2026-11-21',
  title: 'Centinela: model card',
  notice: intendedUse.en,
  regulation: {
    citation: told.regulation.citation,
    title: told.regulation.title.en,
    note: told.regulation.note.en,
  },
  in_short: say(
    'The texts of the card; the tables of a training run are left out of this example but for one.',
  ),
  identity: [
    {
      type: 'table',
      title: 'This model',
      columns: ['what', 'value'],
      rows: [
        ['version', '1.0.0+0a1b2c3d'],
        [
          'days until review (STALE_MODEL)',
          {
            value: 365,
            interval: null,
            unit: 'count',
            source: 'manifest.json',
            path: ['stale_after_days'],
            text: '365',
          },
        ],
      ],
      sources: ['manifest.json'],
    },
  ],
  groups: told.groups.map(({ id, title }) => ({ id, title: title.en })),
  attributes: told.attributes.map(({ number, id, group, citation, title, status, text }) => ({
    number,
    id,
    group,
    citation: told.regulation.citation + citation,
    title: title.en,
    status: status as ModelCard['attributes'][number]['status'],
    status_text: status.replaceAll('_', ' '),
    blocks: say(...text.map(({ en }) => en)),
  })),
  annexes: [
    { id: 'targets', title: 'Targets', blocks: say('Each target of the design and what was measured.') },
  ],
};
