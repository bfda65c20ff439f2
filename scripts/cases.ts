/** `npm run cases`: writes the shipped patients to `data/cases` in the form that `npm run evaluate` reads. */

import { runPython } from './python.ts';

process.exitCode = runPython(['-m', 'centinela_training.cases', ...process.argv.slice(2)]);
