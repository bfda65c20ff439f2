import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BundleError, DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { type CardFile, loadModelCard } from '../../lambdas/adapters/model-card.ts';
import { ModelCardSchema } from '../../lambdas/api/schemas/model-card.ts';
import { createModelCardHandler } from '../../lambdas/functions/model-card.ts';
import { httpEvent } from '../fixtures/http-event.ts';
import { silentMetrics } from '../fixtures/metrics.ts';

vi.spyOn(process.stdout, 'write').mockReturnValue(true);
vi.spyOn(process.stderr, 'write').mockReturnValue(true);

let card: CardFile;
beforeAll(async () => {
  const loaded = await loadModelCard(DEFAULT_MODEL_DIR);
  if (loaded === null) throw new Error('The champion has no card: npm run card');
  card = loaded;
});

async function get(
  headers: Record<string, string> = {},
  query: Record<string, string> | null = null,
  load: () => Promise<CardFile | null> = async () => card,
) {
  const event = { ...httpEvent({ headers }), queryStringParameters: query };
  const answer = await createModelCardHandler({ card: load, metrics: silentMetrics })(event);
  return { status: answer.statusCode, headers: answer.headers ?? {}, text: answer.body };
}

describe('GET /v1/models/current/card', () => {
  it('answers without a token, as JSON and in Spanish unless asked otherwise', async () => {
    const { status, headers, text } = await get();

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Language': 'es',
      'Cache-Control': 'no-cache',
      Vary: 'Accept, Accept-Language',
    });
    const answered = ModelCardSchema.parse(JSON.parse(text));
    expect(answered).toEqual(card.es);
    expect(answered.attributes.map(({ number }) => number)).toEqual(
      Array.from({ length: 31 }, (_, i) => i + 1),
    );
  });

  it('answers in English by header and by query', async () => {
    const byHeader = await get({ 'Accept-Language': 'en-GB' });
    const byQuery = await get({ 'Accept-Language': 'es' }, { lang: 'en' });

    expect(JSON.parse(byHeader.text)).toEqual(card.en);
    expect(byQuery.text).toBe(byHeader.text);
    expect(byQuery.headers['Content-Language']).toBe('en');
  });

  it('answers as Markdown where that is what is asked for', async () => {
    const { headers, text } = await get({ Accept: 'text/markdown' }, { lang: 'en' });

    expect(headers['Content-Type']).toBe('text/markdown; charset=utf-8');
    expect(text).toBe(card.markdown.en);
    expect(text).toContain(`\`${card.model_version}\``);
  });

  it('gives each form a tag of its own, and nothing to whoever has it already', async () => {
    const forms = await Promise.all([
      get(),
      get({}, { lang: 'en' }),
      get({ Accept: 'text/markdown' }),
      get({ Accept: 'text/markdown' }, { lang: 'en' }),
    ]);
    const tags = forms.map(({ headers }) => String(headers.ETag));

    expect(new Set(tags).size).toBe(4);
    for (const given of [tags[0], `W/${tags[0]}`, `"other", ${tags[0]}`, '*']) {
      const again = await get({ 'If-None-Match': given ?? '' });
      expect([again.status, again.text, again.headers.ETag]).toEqual([304, '', tags[0]]);
    }
    expect((await get({ 'If-None-Match': tags[1] ?? '' })).status).toBe(200);
  });

  it('names a parameter that it does not know, and a language that it does not speak', async () => {
    for (const query of [{ lang: 'fr' }, { version: '1' }]) {
      const { status, text } = await get({}, query);
      expect([status, JSON.parse(text).code]).toEqual([422, 'VALIDATION_FAILED']);
    }
  });

  it('says so where the model has no card of its own, or its bundle is refused', async () => {
    const none = await get({}, null, async () => null);
    const refused = await get({}, null, () =>
      Promise.reject(new BundleError('manifest.json', 'was changed')),
    );

    expect([none.status, JSON.parse(none.text).code]).toEqual([404, 'MODEL_CARD_NOT_FOUND']);
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([503, 'MODEL_UNAVAILABLE']);
  });
});
