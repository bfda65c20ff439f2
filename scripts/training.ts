/** `node scripts/training.ts MODULE [ARGS]`: runs a module of the training code in its environment. */

import { runPython } from './python.ts';

const [module, ...args] = process.argv.slice(2);
process.exitCode = runPython(['-m', `centinela_training.${module}`, ...args]);
