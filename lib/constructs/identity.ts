import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  StringAttribute,
  UserPool,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
  UserPoolOperation,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RESOURCE_SERVER, ROLE_NAMES } from '../../lambdas/api/claims.ts';
import { ROUTES } from '../../lambdas/api/routes.ts';
import type { StageConfig } from '../config.ts';

/** What the routes ask for. */
const SCOPES = [...new Set(ROUTES.flatMap(({ scope }) => scope ?? []))].map(
  (scopeName) => new ResourceServerScope({ scopeName, scopeDescription: `Routes that ask for ${scopeName}` }),
);

export interface IdentityProps {
  readonly config: StageConfig;
  /** Writes the hospital into tokens before they are signed. */
  readonly preToken: IFunction;
}

/**
 * The user pool: people with a password and a second factor, in groups that are our roles; machines with a client id
 * and a secret, which `npm run hospital` makes. Its access tokens are the default way into the API.
 */
export class Identity extends Construct {
  readonly pool: UserPool;
  readonly domain: UserPoolDomain;
  /** What the authorizer must know of the pool, as an item of `CENTINELA_ISSUERS`. */
  readonly issuer: Readonly<Record<'kind' | 'issuer' | 'jwksUrl', string>>;

  constructor(scope: Construct, id: string, { config, preToken }: IdentityProps) {
    super(scope, id);
    const { stage, removable, signInPages } = config;
    const { account, region } = Stack.of(this);
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: `centinela-${stage}`,
      // Plus: version 3 of the trigger and protection against stolen passwords.
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // An address counts only once its owner has confirmed it.
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      // Set with the user and never again: whoever changes hospital gets a new account.
      customAttributes: { tenant: new StringAttribute({ minLen: 1, maxLen: 64, mutable: false }) },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        passwordHistorySize: 5,
        tempPasswordValidity: Duration.days(1),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: !removable,
      removalPolicy: removable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, preToken, LambdaVersion.V3_0);
    for (const groupName of ROLE_NAMES) this.pool.addGroup(groupName, { groupName });
    const api = this.pool.addResourceServer('Api', { identifier: RESOURCE_SERVER, scopes: SCOPES });
    // Unique in the region, whoever's account it is.
    this.domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `centinela-${stage}-${account}` },
    });
    const issuer = `https://cognito-idp.${region}.amazonaws.com/${this.pool.userPoolId}`;
    this.issuer = { kind: 'cognito', issuer, jwksUrl: `${issuer}/.well-known/jwks.json` };
    if (signInPages !== undefined) this.#addPage(api, signInPages);
  }

  /** The clinician's page: a public client, so that a code of its own (PKCE) stands for the secret it cannot keep. */
  #addPage(api: UserPoolResourceServer, addresses: readonly string[]): void {
    this.pool.addClient('Page', {
      userPoolClientName: 'page',
      generateSecret: false,
      // People sign in on Cognito's page alone; CDK leaves the other ways out where one is named.
      authFlows: { userSrp: false },
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [OAuthScope.OPENID, ...SCOPES.map((scope) => OAuthScope.resourceServer(api, scope))],
        callbackUrls: [...addresses],
        logoutUrls: [...addresses],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      readAttributes: new ClientAttributes().withStandardAttributes({ email: true, emailVerified: true }),
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      // A shift.
      refreshTokenValidity: Duration.hours(8),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
    });
  }
}
