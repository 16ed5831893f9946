// npm run cluster -- --realtime 2 [--messaging 2 …] [--port 2001] [--verbose]: every service in a process of its own, on real Postgres and real Redis.
// Prints one JSON line per process ({"service","pid","port"}), then `ready`; another line when one was started again.
import { parseArgs } from 'node:util';
import { prepareProduct } from './prepare-product.mjs';

const count = (name, text) => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 64) return number;
  console.error(`--${name} must be a number from 1 to 64`);
  process.exit(1);
};

const services = ['messaging', 'auth', 'social-graph', 'group', 'realtime', 'gateway'];

const readOptions = () => {
  try {
    const counted = Object.fromEntries(services.map((service) => [service, { type: 'string', default: '1' }]));
    const { values } = parseArgs({ options: { ...counted, port: { type: 'string' }, verbose: { type: 'boolean', default: false } } });
    const { port, verbose } = values;
    return { port, verbose, counts: Object.fromEntries(services.map((service) => [service, count(service, values[service])])) };
  } catch (error) {
    console.error(`${error.message}\nUsage: npm run cluster -- [--realtime 2] [--messaging 2] [--auth 2] [--social-graph 2] [--group 2] [--gateway 2] [--port 2001] [--verbose]`);
    process.exit(1);
  }
};

const options = readOptions();
prepareProduct();
const { runCluster } = await import('./cluster/run-cluster.mjs');
await runCluster(options);
