/**
 * Who is calling: the one table that maps an issuer's claims to user, tenant, role and scopes.
 *
 * The authorizer maps a verified token with {@link toCaller} and sends the result on as strings with
 * {@link callerToContext}; handlers read it back with {@link callerFromContext}.
 */

/** What a caller may ask of today's routes. */
export type Scope = 'medical.diagnosis.read' | 'medical.feedback.write';

/**
 * The scopes that each role may hold at most; a token grants a subset of them. Where a token names several roles
 * the first of this table counts. Administrators and DevOps see no patient's data.
 */
export const ROLES = {
  MedicoEspecialista: ['medical.diagnosis.read', 'medical.feedback.write'],
  MedicoGeneral: ['medical.diagnosis.read', 'medical.feedback.write'],
  Enfermeria: ['medical.diagnosis.read'],
  /** A hospital's information system, authenticated as itself. */
  SistemaHospital: ['medical.diagnosis.read', 'medical.feedback.write'],
  Administrador: [],
  DevOps: [],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;
export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

/** An authenticated caller. */
export interface Caller {
  /** The issuer's stable id of the person or machine, never a name. */
  readonly user: string;
  readonly tenant: string;
  readonly role: Role;
  /** The token's scopes that the role may hold. */
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** Shapes of tokens: OpenID access tokens with an audience, and Cognito's, which carry `client_id` instead. */
export type IssuerKind = 'generic' | 'cognito';

/** Names of the claims that hold what we need. */
export interface ClaimNames {
  readonly user: string;
  readonly tenant: string;
  readonly role: string;
  /** A space-separated string or an array. */
  readonly scopes: string;
}

/** What a deployment may change of an issuer's row in the table. */
export interface ClaimSource {
  readonly kind: IssuerKind;
  readonly claims?: { readonly [Name in keyof ClaimNames]?: string | undefined } | undefined;
  /** The only tenant that this issuer may speak for; its tokens' own tenant claim is then not read. */
  readonly tenant?: string | undefined;
  /** What stands before our scopes in the token; scopes without it are another API's. */
  readonly scopePrefix?: string | undefined;
}

interface ClaimRow extends ClaimNames {
  /** Read where the scopes' claim is missing: some OpenID issuers write `scp`. */
  readonly otherScopes?: string;
  readonly scopePrefix: string;
}

/** Identifier of our API in a Cognito user pool. */
export const RESOURCE_SERVER = 'centinela';

/** The table. Cognito writes a scope as `{resource server}/{scope}`. */
const CLAIMS: Readonly<Record<IssuerKind, ClaimRow>> = {
  generic: {
    user: 'sub',
    tenant: 'tenant',
    role: 'role',
    scopes: 'scope',
    otherScopes: 'scp',
    scopePrefix: '',
  },
  cognito: {
    user: 'sub',
    tenant: 'tenant',
    role: 'cognito:groups',
    scopes: 'scope',
    scopePrefix: `${RESOURCE_SERVER}/`,
  },
};

/** A verified token that does not say who is calling. Names the claim, never its value. */
export class ClaimsError extends Error {
  readonly code = 'ERR_CLAIMS';
  readonly claim: string;

  constructor(claim: string) {
    super(`The token's claim "${claim}" is missing or not acceptable`);
    this.name = 'ClaimsError';
    this.claim = claim;
  }
}

/** Tenants are part of storage keys and of what is encrypted: a small alphabet without separators. */
const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Whose the golden requests are that every rollout replays: no hospital's, so that no token may speak for it. */
export const GOLDEN_TENANT = 'centinela-golden';
/** Visible ASCII: it travels in headers and logs. */
const USER = /^[\x21-\x7e]{1,256}$/;

export const isRole = (value: unknown): value is Role =>
  typeof value === 'string' && Object.hasOwn(ROLES, value);

export const isUser = (value: unknown): value is string => typeof value === 'string' && USER.test(value);

export const isTenant = (value: unknown): value is string => typeof value === 'string' && TENANT.test(value);

/**
 * Map a verified token's claims to a caller.
 *
 * A token whose subject is the client itself (RFC 9068, section 2.2; Cognito's client credentials) is a machine's
 * and gets the machine's role whatever else it claims.
 *
 * @throws ClaimsError where user, tenant, role or expiry cannot be told.
 */
export function toCaller(source: ClaimSource, claims: Readonly<Record<string, unknown>>): Caller {
  const row = CLAIMS[source.kind];
  const nameOf = (key: keyof ClaimNames): string => source.claims?.[key] ?? row[key];
  const { exp } = claims;
  if (typeof exp !== 'number') throw new ClaimsError('exp');

  const user = claims[nameOf('user')];
  if (!isUser(user)) throw new ClaimsError(nameOf('user'));

  const tenant = source.tenant ?? claims[nameOf('tenant')];
  if (!isTenant(tenant) || tenant === GOLDEN_TENANT) throw new ClaimsError(nameOf('tenant'));

  const isMachine = claims.client_id !== undefined && claims.client_id === claims.sub;
  const named = words(claims[nameOf('role')]);
  const role = isMachine ? 'SistemaHospital' : ROLE_NAMES.find((name) => named.includes(name));
  if (role === undefined) throw new ClaimsError(nameOf('role'));

  const written = claims[nameOf('scopes')] ?? (row.otherScopes && claims[row.otherScopes]);
  const prefix = source.scopePrefix ?? row.scopePrefix;
  const granted = words(written)
    .filter((scope) => scope.startsWith(prefix))
    .map((scope) => scope.slice(prefix.length));
  const scopes = ROLES[role].filter((scope) => granted.includes(scope));

  return { user, tenant, role, scopes, expiresAt: Math.floor(exp) };
}

/** What API Gateway hands from the authorizer to the handlers: strings only. */
export type CallerContext = Readonly<Record<'user' | 'tenant' | 'role' | 'scopes' | 'expiresAt', string>>;

export function callerToContext(caller: Caller): CallerContext {
  return {
    user: caller.user,
    tenant: caller.tenant,
    role: caller.role,
    scopes: caller.scopes.join(' '),
    expiresAt: String(caller.expiresAt),
  };
}

/**
 * Read the caller back from the authorizer's context. Whether the token has expired since, and whether its scopes
 * suffice for the route, is the handler's to check: the context may be some minutes old.
 *
 * @returns undefined where the context is missing or incomplete: the request is not authenticated.
 */
export function callerFromContext(
  context: Readonly<Record<string, unknown>> | null | undefined,
): Caller | undefined {
  const { user, tenant, role, scopes, expiresAt } = context ?? {};
  if (!isUser(user) || !isTenant(tenant) || !isRole(role)) return undefined;
  if (typeof scopes !== 'string' || typeof expiresAt !== 'string' || !/^\d+$/.test(expiresAt))
    return undefined;
  return { user, tenant, role, scopes: words(scopes), expiresAt: Number(expiresAt) };
}

function words(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
