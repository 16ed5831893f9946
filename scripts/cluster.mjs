// npm run cluster -- --realtime 2 [--messaging 2] [--port 2001] [--verbose]: every service in a process of its own, on real Postgres and real Redis.
// Prints one JSON line per process ({"service","pid","port"}), then `ready`; another line when one was started again.
import { parseArgs } from 'node:util';
import { prepareProduct } from './prepare-product.mjs';

const count = (name, text) => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number;
  console.error(`--${name} must be a number from 1 to 64`);
  process.exit(1);
};

const readOptions = () => {
  try {
    const { values } = parseArgs({ options: { realtime: { type: 'string', default: '1' }, messaging: { type: 'string', default: '1' }, port: { type: 'string' }, verbose: { type: 'boolean', default: false } } });
    return { ...values, realtime: count('realtime', values.realtime), messaging: count('messaging', values.messaging) };
  } catch (error) {
    console.error(`${error.message}\nUsage: npm run cluster -- [--realtime 2] [--messaging 2] [--port 2001] [--verbose]`);
    process.exit(1);
  }
};

const options = readOptions();
prepareProduct();
const { runCluster } = await import('./cluster/run-cluster.mjs');
await runCluster(options);
