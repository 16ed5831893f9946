// npm run bench: see --help and README.md beside this file.
import { prepareProduct } from '../scripts/prepare-product.mjs';
import { readOptions, usage } from './run/options.mjs';

const optionsOrUsage = () => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(1);
  }
};
const options = optionsOrUsage();
if (options.help) {
  console.log(usage);
  process.exit(0);
}

prepareProduct();
const { stopOwned } = await import('./run/own-things.mjs');
const end = async (code) => {
  await stopOwned().catch((error) => { console.error(error); });
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    console.error('\nStopping what was started …');
    void end(130);
  });
}
const { runBenchmark } = await import('./run/run-benchmark.mjs');
try {
  await end(await runBenchmark(options));
} catch (error) {
  console.error(error);
  await end(1);
}
