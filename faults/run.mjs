// npm run test:faults: breaks the product under load. See README.md beside this file.
import { runCompiled } from './run-compiled.mjs';

runCompiled('main.js');
