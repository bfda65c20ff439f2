/** {@link Cloud} in AWS: Cognito, API Gateway, SSM. */
import {
  APIGatewayClient,
  type ApiKey,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  GetUsagePlanKeyCommand,
  NotFoundException,
  paginateGetApiKeys,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { clientParameter } from '../../lambdas/adapters/hospital-names.ts';
import { RESOURCE_SERVER, ROLES } from '../../lambdas/api/claims.ts';
import type { Client, Cloud, Key } from './cloud.ts';

/** What a hospital's system may ask for, as Cognito writes it. */
export const MACHINE_SCOPES = ROLES.SistemaHospital.map((scope) => `${RESOURCE_SERVER}/${scope}`);

const TOKEN_MINUTES = 60;

export interface AwsCloudProps {
  readonly stage: string;
  readonly userPoolId: string;
  readonly usagePlanId: string;
  /** Region, endpoint and credentials, where they are not the environment's. */
  readonly client: { readonly region: string; readonly endpoint?: string };
}

export function createAwsCloud({ stage, userPoolId, usagePlanId, client }: AwsCloudProps): Cloud {
  const cognito = new CognitoIdentityProviderClient(client);
  const gateway = new APIGatewayClient(client);
  const ssm = new SSMClient(client);
  return {
    async clients() {
      const found: Client[] = [];
      for await (const { UserPoolClients = [] } of paginateListUserPoolClients(
        { client: cognito, pageSize: 60 },
        { UserPoolId: userPoolId },
      ))
        for (const { ClientId, ClientName } of UserPoolClients)
          found.push({ id: given(ClientId), name: given(ClientName) });
      return found;
    },

    async createClient(name) {
      const { UserPoolClient } = await cognito.send(
        new CreateUserPoolClientCommand({
          UserPoolId: userPoolId,
          ClientName: name,
          GenerateSecret: true,
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ['client_credentials'],
          AllowedOAuthScopes: [...MACHINE_SCOPES],
          // Named, or Cognito lets people sign in by it.
          ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
          AccessTokenValidity: TOKEN_MINUTES,
          TokenValidityUnits: { AccessToken: 'minutes' },
          EnableTokenRevocation: true,
          PreventUserExistenceErrors: 'ENABLED',
        }),
      );
      return { id: given(UserPoolClient?.ClientId), secret: given(UserPoolClient?.ClientSecret) };
    },

    async deleteClient(id) {
      await cognito.send(new DeleteUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: id }));
    },

    tenantOf: (clientId) =>
      unlessMissing(async () => {
        const { Parameter } = await ssm.send(
          new GetParameterCommand({ Name: clientParameter(stage, clientId) }),
        );
        return Parameter?.Value;
      }),

    async bind(clientId, tenant) {
      await ssm.send(
        new PutParameterCommand({
          Name: clientParameter(stage, clientId),
          Value: tenant,
          Type: 'String',
          Description: 'Hospital that an app client of the user pool speaks for',
          Overwrite: false,
        }),
      );
    },

    async unbind(clientId) {
      await unlessMissing(() =>
        ssm.send(new DeleteParameterCommand({ Name: clientParameter(stage, clientId) })),
      );
    },

    async keys(prefix) {
      const found: Key[] = [];
      // API Gateway takes the beginning of a name.
      for await (const { items = [] } of paginateGetApiKeys(
        { client: gateway, pageSize: 500 },
        { nameQuery: prefix, includeValues: false },
      ))
        found.push(...items.map(toKey));
      return found;
    },

    async createKey(name, value) {
      const description = 'Whose requests these are; the token lets in, not this key';
      return toKey(await gateway.send(new CreateApiKeyCommand({ name, value, description, enabled: true })));
    },

    async enableKey(id, enabled) {
      await gateway.send(
        new UpdateApiKeyCommand({
          apiKey: id,
          patchOperations: [{ op: 'replace', path: '/enabled', value: String(enabled) }],
        }),
      );
    },

    async addToPlan(keyId) {
      const known = await unlessMissing(() =>
        gateway.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId })),
      );
      if (known !== undefined) return false;
      await gateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
      return true;
    },
  };
}

const toKey = ({ id, name, enabled = false }: ApiKey): Key => ({ id: given(id), name: given(name), enabled });

async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ParameterNotFound || error instanceof NotFoundException) return undefined;
    throw error;
  }
}

function given(value: string | undefined): string {
  if (value === undefined) throw new TypeError('AWS answered without what was asked for');
  return value;
}
