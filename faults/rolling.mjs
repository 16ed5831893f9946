// npm run test:rolling: adds, drains and replaces processes under load. See README.md beside this file.
import { runCompiled } from './run-compiled.mjs';

runCompiled('rolling/main.js');
