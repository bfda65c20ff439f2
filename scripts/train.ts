/** `npm run train [-- --scale 0.1]`: trains from `data/` into `layers/model` and `reports`. */

import { runPython } from './python.ts';

process.exitCode = runPython(['-m', 'centinela_training.train', ...process.argv.slice(2)]);
