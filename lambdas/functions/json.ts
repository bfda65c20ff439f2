/** JSON text to a value, without the field names that can alter a program's own objects. */

import { ApiProblem, jsonPointer } from '../api/problem.ts';

/**
 * Parses a UTF-8 JSON document.
 *
 * @throws ApiProblem MALFORMED_JSON, or FORBIDDEN_KEY where a field is called `__proto__`, or `constructor` with a
 * `prototype` inside. The parser's own message is not passed on: it quotes the body.
 */
export function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ApiProblem('MALFORMED_JSON');
  }
  refuseForbiddenKeys(value);
  return value;
}

interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly parent: Place | undefined;
}

/** Walks with a stack of its own: a reviver, or recursion, overflows on 100,000 nested arrays. */
function refuseForbiddenKeys(root: unknown): void {
  const places: Place[] = [{ value: root, key: '', parent: undefined }];
  for (let place = places.pop(); place; place = places.pop()) {
    if (typeof place.value !== 'object' || place.value === null) continue;
    for (const [key, value] of Object.entries(place.value)) {
      const here: Place = { value, key, parent: place };
      if (key === '__proto__' || (key === 'constructor' && hasPrototype(value))) throw forbidden(here);
      places.push(here);
    }
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}

function forbidden(place: Place): ApiProblem {
  const path: string[] = [];
  for (let at = place; at.parent; at = at.parent) path.push(at.key);
  return new ApiProblem('FORBIDDEN_KEY', {
    errors: [
      {
        pointer: jsonPointer(path.reverse()),
        code: 'FORBIDDEN_KEY',
        message: {
          es: 'Este nombre de campo no se admite en ningún lugar del cuerpo.',
          en: 'This field name is not accepted anywhere in the body.',
        },
      },
    ],
  });
}
