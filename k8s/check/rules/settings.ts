import { nameOf, ofKind, portOf, selects, titleOf, workloadsIn, type Manifest, type Workload } from '../manifests';
import { dataOf, environmentOf, referencesOf, wholeReferencesOf } from '../pod-environment';
import { isService, isVariable, leftAlone, startFaults, variablesReadBy } from '../product-settings';
import type { Expected } from './expected';

const secrets = ['DATABASE_URL', 'REDIS_URL', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'PASSWORD_PEPPER', 'PASSWORD_PEPPER_PREVIOUS', 'SMTP_URL'];

const oursIn = (manifests: readonly Manifest[]): Workload[] => workloadsIn(manifests).filter(({ isOurs }) => isOurs);
/** What a workload's program reads; the migration's is the database's address. */
const readBy = ({ component }: Workload): Set<string> => (isService(component) ? variablesReadBy(component) : new Set(['DATABASE_URL', 'DATA_DIR']));

/** What pods take their variables from is there, key by key. In `single` the ConfigMap is made from .env by the documented command. */
export const referenceProblems = (manifests: readonly Manifest[], { shape }: Expected): string[] => oursIn(manifests).flatMap((workload) => {
  const { title } = workload;
  if (shape === 'single') return referencesOf(workload).filter(({ key, name }) => !isVariable(key) || name !== 'chat-backend-config').map(({ key, name }) => `${title}: takes ${key} from ${name}`);
  const whole = wholeReferencesOf(workload).filter(({ from, name }) => dataOf(manifests, from, name) === undefined).map(({ from, name }) => `${title}: takes the ${from} ${name}, which is not there`);
  const single = referencesOf(workload).filter(({ from, name, key, isOptional }) => !isOptional && dataOf(manifests, from, name)?.[key] === undefined)
    .map(({ from, name, key }) => `${title}: takes ${key} from the ${from} ${name}, which has no such key`);
  const renamed = referencesOf(workload).filter(({ variable, key }) => variable !== key).map(({ variable, key }) => `${title}: gives ${key} the name ${variable}`);
  return [...whole, ...single, ...renamed];
});

/** Every key is a variable that somebody reads who gets it, and what is secret is in no ConfigMap. */
export const keyProblems = (manifests: readonly Manifest[]): string[] => {
  const ours = oursIn(manifests);
  const maps = ofKind(manifests, 'ConfigMap').flatMap((map) => Object.keys(map.data ?? {}).flatMap((key) => {
    const readers = ours.filter((workload) => wholeReferencesOf(workload).some(({ name }) => name === nameOf(map)) && readBy(workload).has(key));
    if (secrets.includes(key)) return [`${titleOf(map)}: ${key} is a secret`];
    return isVariable(key) && (readers.length > 0 || key in leftAlone) ? [] : [`${titleOf(map)}: ${key} is read by nobody who gets it`];
  }));
  const kept = ofKind(manifests, 'Secret').flatMap((secret) => Object.keys(secret.data ?? {})
    .filter((key) => !isVariable(key) || !ours.some((workload) => referencesOf(workload).some((reference) => reference.name === nameOf(secret) && reference.key === key)))
    .map((key) => `${titleOf(secret)}: ${key} is given to nobody`));
  return [...maps, ...kept];
};

/** Each service has what its schema reads, and no secret that it does not read. */
export const readingProblems = (manifests: readonly Manifest[], { shape }: Expected): string[] => (shape === 'single' ? [] : oursIn(manifests).flatMap((workload) => {
  const read = readBy(workload);
  const named = new Set(referencesOf(workload).map(({ variable }) => variable));
  const given = new Set([...named, ...Object.keys(environmentOf(workload, manifests))]);
  const missing = [...read].filter((name) => !given.has(name) && !(name in leftAlone));
  const unread = secrets.filter((name) => given.has(name) && !read.has(name));
  return [...missing.map((name) => `${workload.title}: reads ${name}, and is not given it`), ...unread.map((name) => `${workload.title}: knows ${name}, which it does not read`)];
}));

const longEnough = 'x'.repeat(48);
const goodSecrets: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgresql://chat:password@postgres.example.com:5432/chat', REDIS_URL: 'rediss://redis.example.com:6379',
  SECRET_KEY: `${longEnough}1`, PASSWORD_PEPPER: `${longEnough}2`, SMTP_URL: 'smtps://user:password@mail.example.com',
};

/** With the placeholders no process starts, and each says all that is to be set; with the secrets set, all of them do. */
export const startProblems = (manifests: readonly Manifest[], { toBeSet, shape }: Expected): string[] => (shape === 'single' ? [] : oursIn(manifests).flatMap((workload) => {
  const { component, title } = workload;
  if (!isService(component)) return [];
  const env = environmentOf(workload, manifests);
  const faults = startFaults(env, [component]);
  const has = toBeSet.filter((name) => referencesOf(workload).some(({ variable }) => variable === name));
  const unnamed = has.filter((name) => !faults.some((fault) => fault.startsWith(`${name}:`)));
  const set = Object.fromEntries(has.map((name) => [name, goodSecrets[name] ?? '']));
  return [
    ...(has.includes('SECRET_KEY') ? [] : [`${title}: would start without a secret key of its owner's`]),
    ...unnamed.map((name) => `${title}: the placeholder of ${name} would be taken`),
    ...startFaults({ ...env, ...set }, [component]).map((fault) => `${title}: would not start, as ${fault}`),
  ];
}));

const addresses = { AUTH_URL: 'auth', SOCIAL_GRAPH_URL: 'social-graph', GROUP_URL: 'group', MESSAGING_URL: 'messaging', REALTIME_URL: 'realtime' } as const;

/** Each service is called at the port of a Service that leads to its pods. */
export const addressProblems = (manifests: readonly Manifest[]): string[] => ofKind(manifests, 'ConfigMap').flatMap((map) => Object.entries(addresses).flatMap(([variable, component]) => {
  const value = map.data?.[variable] ?? '';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const service = ofKind(manifests, 'Service').find((other) => nameOf(other) === url?.hostname);
  const target = workloadsIn(manifests).find(({ labels }) => service !== undefined && selects({ matchLabels: service.spec?.selector ?? {} }, labels));
  const isRight = target?.component === component && service?.spec?.ports?.some(({ name, port }) => name === 'http' && String(port) === url?.port) === true;
  return isRight ? [] : [`${titleOf(map)}: ${variable} is ${value}, which does not lead to ${component}`];
}));

/** Processes listen where their containers say, and where Prometheus is told to look. */
export const listeningProblems = (manifests: readonly Manifest[], { shape }: Expected): string[] => oursIn(manifests).filter(({ manifest }) => manifest.kind === 'Deployment').flatMap((workload) => {
  if (shape === 'single') return [];
  const { PORT, METRICS_PORT, METRICS_HOST } = environmentOf(workload, manifests);
  const { template } = workload.manifest.spec ?? {};
  const annotations = template?.metadata?.annotations ?? {};
  return [
    ...(String(portOf(workload.container, 'http')) === PORT ? [] : [`${workload.title}: serves at ${PORT}, and not at its port http`]),
    ...(String(portOf(workload.container, 'metrics')) === METRICS_PORT && METRICS_HOST === '0.0.0.0' ? [] : [`${workload.title}: shows no metrics at its port metrics`]),
    ...(annotations['prometheus.io/port'] === METRICS_PORT && annotations['prometheus.io/path'] === '/metrics' && annotations['prometheus.io/scrape'] === 'true' ? [] : [`${workload.title}: Prometheus is not told where its metrics are`]),
  ];
});
