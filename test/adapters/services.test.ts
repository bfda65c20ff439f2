import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundleError, DEFAULT_MODEL_DIR } from '../../lambdas/adapters/bundle.ts';
import { createServices, readSettings, SettingsError } from '../../lambdas/adapters/services.ts';
import { writeManifest } from '../fixtures/bundle-folder.ts';
import { callerOf } from '../fixtures/store.ts';

let folder: string;
let keyFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'centinela-'));
  keyFile = join(folder, 'master.key');
  writeFileSync(keyFile, Buffer.alloc(32, 1));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readSettings', () => {
  it('fills in the defaults', () => {
    expect(readSettings({ CENTINELA_MASTER_KEY_FILE: 'k' })).toEqual({
      CENTINELA_MODEL_DIR: DEFAULT_MODEL_DIR,
      CENTINELA_TABLE_PREFIX: 'centinela',
      CENTINELA_MASTER_KEY_FILE: 'k',
      CENTINELA_RETENTION_DAYS: 2557,
    });
  });

  it.each([
    ['CENTINELA_MASTER_KEY_FILE', {}],
    ['CENTINELA_KMS_KEY', { CENTINELA_MASTER_KEY_FILE: 'k', CENTINELA_KMS_KEY: 'alias/centinela' }],
    [
      'CENTINELA_DYNAMODB_ENDPOINT',
      { CENTINELA_MASTER_KEY_FILE: 'k', CENTINELA_DYNAMODB_ENDPOINT: 'nowhere' },
    ],
    ...['', '0', '-1', '2.5', 'seven', '1e9'].map((days): [string, NodeJS.ProcessEnv] => [
      'CENTINELA_RETENTION_DAYS',
      { CENTINELA_MASTER_KEY_FILE: 'k', CENTINELA_RETENTION_DAYS: days },
    ]),
    ['CENTINELA_TABLE_PREFIX', { CENTINELA_MASTER_KEY_FILE: 'k', CENTINELA_TABLE_PREFIX: 'a b' }],
  ])('names %s where it cannot be used', (name, env) => {
    expect(() => readSettings(env)).toThrow(SettingsError);
    expect(() => readSettings(env)).toThrow(name);
  });
});

it('reads the retention in days', () => {
  const env = { CENTINELA_MASTER_KEY_FILE: 'k', CENTINELA_RETENTION_DAYS: '365' };
  expect(readSettings(env).CENTINELA_RETENTION_DAYS).toBe(365);
});

describe('createServices', () => {
  const settings = (more: NodeJS.ProcessEnv) => readSettings({ CENTINELA_MASTER_KEY_FILE: keyFile, ...more });

  it('names a master key that cannot be read', () => {
    expect(() => createServices(settings({ CENTINELA_MASTER_KEY_FILE: join(folder, 'none') }))).toThrow(
      SettingsError,
    );
  });

  it('loads the model once, and refuses a bad bundle however often it is asked', async () => {
    const good = createServices(settings({}));
    expect(await good.model()).toBe(await good.model());

    const bad = createServices(settings({ CENTINELA_MODEL_DIR: folder }));
    await expect(bad.model()).rejects.toThrow(BundleError);
    await expect(bad.model()).rejects.toThrow('manifest.json');
  });

  it('tries again after a failure that was not the bundle’s', async () => {
    const own = join(folder, 'model');
    cpSync(DEFAULT_MODEL_DIR, own, { recursive: true });
    const text = readFileSync(join(own, 'manifest.json'), 'utf8');
    writeManifest(own, text.replace('"Unstable angina"', '"Nobody’s angina"'));
    const { model } = createServices(settings({ CENTINELA_MODEL_DIR: own }));

    await expect(model()).rejects.toThrow('do not know the condition Nobody’s angina');
    writeFileSync(join(own, 'manifest.json'), text);

    expect((await model()).knowledge.bundle.version).toBe(JSON.parse(text).version);
  });

  it('gives up on a database that is not there within a few seconds', async () => {
    // Port 9 (discard) of loopback: nothing listens there.
    const { store } = createServices(settings({ CENTINELA_DYNAMODB_ENDPOINT: 'http://127.0.0.1:9' }));
    const start = performance.now();
    await expect(
      store.recordPrediction({
        caller: callerOf('hospital'),
        requestId: 'r',
        predictionId: 'p',
        createdAt: '2026-11-21T12:00:00.000Z',
        input: {},
        answer: {},
        modelVersion: 'v',
        severity: 'NO_ENFERMO',
        urgent: false,
      }),
    ).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(4_000);
  });
});
