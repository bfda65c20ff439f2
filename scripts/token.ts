/** `npm run token -- --role MedicoGeneral`: prints a token of the local installation, and nothing else. */
import { parseArgs } from 'node:util';
import { isRole, isTenant, isUser, ROLE_NAMES } from '../lambdas/api/claims.ts';
import { openKeys, type TokenRequest } from '../local/keys.ts';
import { dataDir } from '../local/paths.ts';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** @throws Error in words for the person at the keyboard. */
function readArguments(): TokenRequest {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      tenant: { type: 'string', default: 'local' },
      user: { type: 'string', default: 'local-user' },
      expires: { type: 'string', default: '8h' },
    },
  });
  const { role, tenant, user, expires } = values;
  if (!isRole(role)) throw new Error(`--role must be one of: ${ROLE_NAMES.join(', ')}`);
  if (!isTenant(tenant)) throw new Error('--tenant takes 1 to 64 letters, digits, ".", "_" and "-"');
  if (!isUser(user)) throw new Error('--user takes 1 to 256 visible ASCII characters');
  const [, amount, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(expires) ?? [];
  if (unit === undefined) throw new Error('--expires takes a number and s, m, h or d, as in 8h');
  return { role, tenant, user, expiresIn: Number(amount) * SECONDS[unit as keyof typeof SECONDS] };
}

try {
  const request = readArguments();
  const keys = await openKeys(dataDir());
  process.stdout.write(`${await keys.mintToken(request)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
