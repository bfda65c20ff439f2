/** The local installation's secrets: the key that signs its tokens and the one that guards its tenants' keys. */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { KEY_BYTES } from '../lambdas/adapters/envelope.ts';
import { ROLES, type Role } from '../lambdas/api/claims.ts';
import type { IssuerConfig } from '../lambdas/api/issuers.ts';

/** A name, not an address: a token stays good when the server moves to another port. */
const ISSUER = 'centinela-local';
const AUDIENCE = 'centinela';
const ALGORITHM = 'ES256';

export interface TokenRequest {
  readonly role: Role;
  readonly user: string;
  readonly tenant: string;
  /** @default all that the role may hold */
  readonly scopes?: readonly string[];
  /** Seconds. */
  readonly expiresIn: number;
}

export interface LocalKeys {
  /** The public half of the signing key. */
  readonly jwks: JSONWebKeySet;
  /** 32 bytes, for `createLocalKeyVault`. */
  readonly masterKey: Uint8Array;
  /** Where it stands, for `CENTINELA_MASTER_KEY_FILE`. */
  readonly masterKeyFile: string;
  mintToken(request: TokenRequest): Promise<string>;
}

/** The local installation as an issuer, for `CENTINELA_ISSUERS`. */
export const localIssuer = (jwksUrl: string): IssuerConfig => ({
  kind: 'generic',
  issuer: ISSUER,
  audience: AUDIENCE,
  jwksUrl,
  algorithms: [ALGORITHM],
});

/**
 * Open the keys in the data folder, made on first use: folder 0700, files 0600.
 *
 * @throws Error naming a key file that others may read.
 */
export async function openKeys(dataDir: string): Promise<LocalKeys> {
  const folder = join(dataDir, 'keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A folder that was there already keeps its mode otherwise.
  await chmod(folder, 0o700);
  const masterKeyFile = join(folder, 'master.key');
  const masterKey = await openSecret(masterKeyFile, async () => randomBytes(KEY_BYTES));
  const signingKey = await openSecret(join(folder, 'signing-key.json'), newSigningKey);

  const privateJwk = JSON.parse(signingKey.toString()) as JWK & { kid: string };
  const privateKey = await importJWK(privateJwk, ALGORITHM);
  const { d: _private, ...publicJwk } = privateJwk;

  return {
    jwks: { keys: [publicJwk] },
    masterKey,
    masterKeyFile,
    mintToken: ({ role, user, tenant, scopes = ROLES[role], expiresIn }) => {
      const issuedAt = Math.floor(Date.now() / 1000);
      return new SignJWT({ tenant, role, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: ALGORITHM, kid: privateJwk.kid, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(user)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + expiresIn)
        .sign(privateKey);
    },
  };
}

async function newSigningKey(): Promise<Buffer> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return Buffer.from(JSON.stringify({ ...jwk, kid, alg: ALGORITHM, use: 'sig' }));
}

async function openSecret(file: string, create: () => Promise<Buffer>): Promise<Buffer> {
  const existing = await stat(file).catch(() => undefined);
  if (existing === undefined) await writeOnce(file, await create());
  else if ((existing.mode & 0o077) !== 0)
    throw new Error(
      `${file} can be read by others: a secret that may have leaked is not used. chmod 600 it if not.`,
    );
  return readFile(file);
}

/** Written aside and linked into place, whole: of a server and a token command that start at once one wins. */
async function writeOnce(file: string, bytes: Buffer): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, bytes, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}
