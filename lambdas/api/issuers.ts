/** The issuers that a deployment trusts, as the variable `CENTINELA_ISSUERS` describes them. */
import * as z from 'zod';
import { isTenant } from './claims.ts';

/** Asymmetric signatures only: with HS* whoever holds the public key could sign, with `none` anybody. */
const algorithm = z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']);

const text = z.string().min(1);
const texts = z.union([text, z.array(text).min(1)]);

const common = {
  /** The `iss` claim, compared as it stands. */
  issuer: text,
  jwksUrl: z.url().refine(isTrustworthy, 'must be https, or http on a loopback address'),
  claims: z.strictObject({ user: text, tenant: text, role: text, scopes: text }).partial().optional(),
  tenant: z
    .string()
    .refine(isTenant, 'must be 1-64 letters, digits, ".", "_" or "-", a letter or digit first')
    .optional(),
  scopePrefix: z.string().optional(),
};

const generic = z.strictObject({
  kind: z.literal('generic'),
  /** What a token's `aud` must hold one of. */
  audience: texts,
  algorithms: z.array(algorithm).min(1).default(algorithm.options),
  ...common,
});

const cognito = z.strictObject({
  kind: z.literal('cognito'),
  /** The app clients that a token may have been issued to; any of the pool's without it: only for a pool that is ours alone. */
  clientId: texts.optional(),
  algorithms: z.array(algorithm).min(1).default(['RS256']),
  ...common,
});

const issuers = z
  .array(z.discriminatedUnion('kind', [generic, cognito]))
  .min(1)
  .refine((all) => new Set(all.map((one) => one.issuer)).size === all.length, 'names an issuer twice');

/** One issuer that we trust. */
export type IssuerConfig = z.infer<typeof issuers>[number];

/** The variable cannot be used; the message names the field. */
export class IssuerConfigError extends Error {
  override readonly name = 'IssuerConfigError';
}

/**
 * Read the issuers from the variable's text, a JSON array.
 *
 * @throws IssuerConfigError
 */
export function parseIssuers(json: string | undefined): readonly IssuerConfig[] {
  let value: unknown;
  try {
    value = JSON.parse(json ?? '');
  } catch {
    throw new IssuerConfigError('CENTINELA_ISSUERS must be a JSON array of issuers');
  }
  const parsed = issuers.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'list'}: ${message}`);
  throw new IssuerConfigError(`CENTINELA_ISSUERS: ${faults.join('; ')}`);
}

/** Whoever can answer for the keys can sign: they must come over an authenticated connection or from here. */
function isTrustworthy(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}
