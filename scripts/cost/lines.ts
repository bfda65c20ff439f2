/** All lines of a month's bill, in its order. */

import type { Line } from './line.ts';
import { ANSWERING } from './lines/answering.ts';
import { AROUND } from './lines/around.ts';
import { KEEPING } from './lines/keeping.ts';
import { WATCHING } from './lines/watching.ts';

export const LINES: readonly Line[] = [...ANSWERING, ...KEEPING, ...WATCHING, ...AROUND];
