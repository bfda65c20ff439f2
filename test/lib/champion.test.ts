import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Account, CHECKOUT, chooseModel } from '../../lib/champion.ts';
import { ConfigError } from '../../lib/config.ts';

const HERE = '123456789012';
const CHAMPION = {
  layerVersionArn: `arn:aws:lambda:eu-west-1:${HERE}:layer:Model:3`,
  version: '0.9.0+01234567',
};
const { version: CHECKED_OUT } = JSON.parse(readFileSync(join(CHECKOUT, 'manifest.json'), 'utf8'));

/** An account that counts what it is asked. */
function accountWith(value: string | undefined, id = HERE) {
  const asked: string[] = [];
  const account: Account = {
    id: async () => id,
    parameter: async (name) => {
      asked.push(name);
      return value;
    },
  };
  return { account, asked };
}

const choose = (
  account: Account,
  { model, deployer = HERE }: { model?: unknown; deployer?: string } = {},
  config: { stage: string; account?: string } = { stage: 'prod' },
) => chooseModel(config, { model, deployer }, account);

describe('chooseModel', () => {
  it('keeps the champion, whatever bundle lies in the checkout', async () => {
    const { account, asked } = accountWith(JSON.stringify(CHAMPION));

    const chosen = await choose(account);

    expect(chosen).toEqual({ ...CHAMPION, because: 'the champion of /centinela/prod/champion' });
    expect(chosen.version).not.toBe(CHECKED_OUT);
    expect(asked).toEqual(['/centinela/prod/champion']);
  });

  it('takes the bundle of the checkout before the first deploy, and says so', async () => {
    const { account } = accountWith(undefined);

    expect(await choose(account)).toEqual({
      version: CHECKED_OUT,
      because: '/centinela/prod/champion names no champion yet',
    });
  });

  it('takes it without credentials, asking nobody', async () => {
    const { account, asked } = accountWith(JSON.stringify(CHAMPION));

    const chosen = await chooseModel({ stage: 'prod' }, { model: undefined, deployer: undefined }, account);

    expect(chosen).toEqual({
      version: CHECKED_OUT,
      because: 'there are no credentials to ask for the champion',
    });
    expect(asked).toEqual([]);
  });

  it('takes it on purpose, past the champion', async () => {
    const { account } = accountWith(JSON.stringify(CHAMPION));

    expect(await choose(account, { model: 'checkout' })).toEqual({
      version: CHECKED_OUT,
      because: 'asked for by -c model=checkout',
    });
  });

  it.each([
    ['another account', accountWith(undefined, '999999999999').account, {}, 'deployed to 123456789012'],
    ['a value that is none', accountWith('{"version":""}').account, {}, 'given {"version":""}; allowed is'],
    [
      'a bundle that nobody knows',
      accountWith(undefined).account,
      { model: 'newest' },
      'model: given "newest"; the one value allowed is "checkout"',
    ],
  ])('stops at %s', async (_, account, asked, message) => {
    const choice = choose(account, asked);

    await expect(choice).rejects.toThrow(ConfigError);
    await expect(choice).rejects.toThrow(message);
  });

  it('stops where the stage belongs to an account other than the credentials’', async () => {
    const { account } = accountWith(undefined);

    const choice = choose(account, {}, { stage: 'prod', account: '222222222222' });

    await expect(choice).rejects.toThrow('deployed to 222222222222');
  });

  it('stops where the champion cannot be read', async () => {
    const account: Account = {
      id: async () => HERE,
      parameter: () => Promise.reject(new Error('AccessDenied')),
    };

    await expect(choose(account)).rejects.toThrow('AccessDenied');
  });
});
