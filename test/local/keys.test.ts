import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '../../lambdas/adapters/token-verifier.ts';
import { toCaller } from '../../lambdas/api/claims.ts';
import { parseIssuers } from '../../lambdas/api/issuers.ts';
import { type LocalKeys, localIssuer, openKeys } from '../../local/keys.ts';
import { dataDir } from '../../local/paths.ts';

let folder: string;
let server: Server;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'centinela-')), 'data');
});
afterEach(async () => {
  server?.close().closeAllConnections();
  await rm(resolve(folder, '..'), { recursive: true });
});

/** Verify as the authorizer does: with the JWKS over HTTP. */
async function verify(keys: LocalKeys, token: string) {
  server = createServer((_request, response) => response.end(JSON.stringify(keys.jwks)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const issuers = parseIssuers(JSON.stringify([localIssuer(`http://127.0.0.1:${port}/jwks.json`)]));
  return createTokenVerifier({ issuers, toCaller, clock: Date.now }).verify(token);
}

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('openKeys', () => {
  it('makes folders that only their owner enters, and files that only their owner reads', async () => {
    await openKeys(folder);
    expect(await mode(folder)).toBe('700');
    expect(await mode(join(folder, 'keys'))).toBe('700');
    const files = await readdir(join(folder, 'keys'));
    expect(files.sort()).toEqual(['master.key', 'signing-key.json']);
    for (const file of files) expect(await mode(join(folder, 'keys', file))).toBe('600');
  });

  it('finds the same keys again', async () => {
    const first = await openKeys(folder);
    const second = await openKeys(folder);
    expect(second.jwks).toEqual(first.jwks);
    expect(second.masterKey).toEqual(first.masterKey);
    expect(first.masterKey).toHaveLength(32);
  });

  it('gives the same keys to processes that start at once', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openKeys(folder)));
    const seen = opened.map(({ jwks, masterKey }) => JSON.stringify([jwks, [...masterKey]]));
    expect(new Set(seen).size).toBe(1);
    expect(await readdir(join(folder, 'keys'))).toHaveLength(2);
  });

  it('publishes the public half only', async () => {
    const { jwks } = await openKeys(folder);
    expect(jwks.keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: expect.any(String),
        alg: 'ES256',
        use: 'sig',
      },
    ]);
  });

  it('refuses a key file that others can read, and names it', async () => {
    await openKeys(folder);
    const file = join(folder, 'keys', 'master.key');
    await chmod(file, 0o644);
    await expect(openKeys(folder)).rejects.toThrow(file);
  });
});

describe('mintToken', () => {
  it('makes tokens that the verifier takes, with all that the role may hold', async () => {
    const keys = await openKeys(folder);
    const token = await keys.mintToken({
      role: 'MedicoGeneral',
      user: 'ana',
      tenant: 'rural-1',
      expiresIn: 60,
    });
    const caller = await verify(keys, token);
    expect(caller).toMatchObject({
      user: 'ana',
      tenant: 'rural-1',
      role: 'MedicoGeneral',
      scopes: ['medical.diagnosis.read', 'medical.feedback.write'],
    });
    expect(caller.expiresAt - Date.now() / 1000).toBeGreaterThan(55);
    expect(caller.expiresAt - Date.now() / 1000).toBeLessThanOrEqual(60);
  });

  it('gives fewer scopes when asked', async () => {
    const keys = await openKeys(folder);
    const token = await keys.mintToken({
      role: 'SistemaHospital',
      user: 'his',
      tenant: 'rural-1',
      scopes: ['medical.feedback.write'],
      expiresIn: 60,
    });
    expect((await verify(keys, token)).scopes).toEqual(['medical.feedback.write']);
  });
});

describe('npm run token', () => {
  const script = resolve(import.meta.dirname, '../../scripts/token.ts');
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [script, ...args], {
      env: { ...process.env, CENTINELA_DATA_DIR: folder },
    });

  it('prints a token of the folder’s keys and nothing else', async () => {
    const { stdout, stderr } = await run('--role', 'Enfermeria', '--tenant', 'rural-1', '--expires', '10m');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const caller = await verify(await openKeys(folder), stdout.trim());
    expect(caller).toMatchObject({
      role: 'Enfermeria',
      tenant: 'rural-1',
      scopes: ['medical.diagnosis.read'],
    });
    expect(caller.expiresAt - Date.now() / 1000).toBeLessThanOrEqual(600);
  });

  it.each([
    [
      ['--role', 'Medico'],
      'MedicoEspecialista, MedicoGeneral, Enfermeria, SistemaHospital, Administrador, DevOps',
    ],
    [[], '--role must be one of'],
    [['--role', 'DevOps', '--expires', 'soon'], '--expires'],
    [['--role', 'DevOps', '--tenant', 'a b'], '--tenant'],
    [['--role', 'DevOps', '--user', ''], '--user'],
    [['--rol', 'DevOps'], '--rol'],
  ])('answers %j with what is wrong, and no token', async (args, message) => {
    const failure = await run(...args).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failure).toMatchObject({ code: 1, stdout: '' });
    expect(failure.stderr).toContain(message);
    expect(failure.stderr).not.toContain('    at ');
  });
});

describe('dataDir', () => {
  it('is the variable’s folder, or .centinela in the project', () => {
    expect(dataDir({ CENTINELA_DATA_DIR: '/var/lib/centinela' })).toBe('/var/lib/centinela');
    expect(dataDir({})).toBe(resolve(import.meta.dirname, '../../.centinela'));
    expect(dataDir({ CENTINELA_DATA_DIR: '' })).toBe(resolve(import.meta.dirname, '../../.centinela'));
  });
});
