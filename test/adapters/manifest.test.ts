import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { manifestSchema } from '../../lambdas/adapters/manifest.ts';

describe('training/manifest.schema.json', () => {
  it('is the schema that the handlers check the manifest with', async () => {
    const schema = JSON.stringify(z.toJSONSchema(manifestSchema), null, 2);
    await expect(`${schema}\n`).toMatchFileSnapshot('../../training/manifest.schema.json');
  });

  it('describes the champion’s manifest, and not one with a field changed', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../training/manifest.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv2020().compile(schema);
    const manifest = JSON.parse(readFileSync(join(DEFAULT_MODEL_DIR, 'manifest.json'), 'utf8'));

    expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...manifest, schema_version: 1 })).toBe(false);
    expect(validate({ ...manifest, features: { ...manifest.features, items: [] } })).toBe(false);
    expect(validate({ ...manifest, extra: 1 })).toBe(false);
  });
});
