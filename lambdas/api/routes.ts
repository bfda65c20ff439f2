/** The one table of routes: the handlers, the local server, the OpenAPI document and the deployment read it. */

import type { Scope } from './claims.ts';

interface RouteShape {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** As in OpenAPI and in API Gateway: `{name}` stands for one path segment. */
  readonly path: string;
  /** Further paths to the same handler. */
  readonly aliases: readonly string[];
  /** What the token must hold; null where no token is asked for. */
  readonly scope: Scope | null;
  readonly summary: string;
}

export const ROUTES = [
  {
    id: 'predict',
    method: 'POST',
    path: '/v1/predict',
    aliases: ['/predict'],
    scope: 'medical.diagnosis.read',
    summary: 'Assess a patient',
  },
  {
    id: 'feedback',
    method: 'POST',
    path: '/v1/feedback',
    aliases: [],
    scope: 'medical.feedback.write',
    summary: 'Report the later diagnosis',
  },
  {
    id: 'getPrediction',
    method: 'GET',
    path: '/v1/predictions/{id}',
    aliases: [],
    scope: 'medical.diagnosis.read',
    summary: 'Read a stored prediction',
  },
  {
    id: 'nextQuestions',
    method: 'GET',
    path: '/v1/predictions/{id}/next-questions',
    aliases: [],
    scope: 'medical.diagnosis.read',
    summary: 'Tell what to ask next',
  },
  {
    id: 'terms',
    method: 'GET',
    path: '/v1/terms',
    aliases: [],
    scope: 'medical.diagnosis.read',
    summary: 'Find findings by name',
  },
  {
    id: 'modelCard',
    method: 'GET',
    path: '/v1/models/current/card',
    aliases: [],
    scope: null,
    summary: 'Read the card of the model that answers',
  },
  {
    id: 'health',
    method: 'GET',
    path: '/v1/health',
    aliases: [],
    scope: null,
    summary: 'Tell whether the process answers',
  },
  {
    id: 'ready',
    method: 'GET',
    path: '/v1/ready',
    aliases: [],
    scope: null,
    summary: 'Tell whether the model runs',
  },
  {
    id: 'openapi',
    method: 'GET',
    path: '/v1/openapi.json',
    aliases: [],
    scope: null,
    summary: 'This OpenAPI document',
  },
  {
    id: 'metrics',
    method: 'GET',
    path: '/v1/metrics',
    aliases: [],
    scope: null,
    summary: 'Read the counters of a Centinela on one machine',
  },
] as const satisfies readonly RouteShape[];

export type RouteId = (typeof ROUTES)[number]['id'];
/** Routes that ask for no token. */
export type OpenRouteId = Extract<(typeof ROUTES)[number], { scope: null }>['id'];
export type Route = RouteShape & { readonly id: RouteId };

export interface RouteMatch {
  readonly route: Route;
  /** The pattern that matched: the route's path or one of its aliases. */
  readonly resource: string;
  /** Values of the `{name}` segments, as they stand in the path. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The route of an id. */
export function routeOf(id: RouteId): Route {
  const route = ROUTES.find((candidate) => candidate.id === id);
  if (!route) throw new Error(`No route "${id}"`);
  return route;
}

/** The routes that live at a path, whatever their method; empty where there is none. */
export function routesAt(path: string): RouteMatch[] {
  return ROUTES.flatMap((route) =>
    [route.path, ...route.aliases].flatMap((resource) => {
      const parameters = matchPath(resource, path);
      return parameters ? [{ route, resource, parameters }] : [];
    }),
  );
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, segment] of wanted.entries()) {
    const value = given[i] ?? '';
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined) {
      if (segment !== value) return undefined;
    } else {
      if (value === '') return undefined;
      parameters[name] = value;
    }
  }
  return parameters;
}
