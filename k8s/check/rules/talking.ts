import { ofKind, selects, workloadsIn, type Labels, type Manifest, type OfKind } from '../manifests';
import type { Expected } from './expected';

type Policy = OfKind<'NetworkPolicy'>;
type Direction = 'Ingress' | 'Egress';

/** Somebody on the network: a pod, here or in another namespace, or, without labels, somebody outside the cluster. */
interface Party { name: string; pod?: Labels; namespace?: Labels }
interface Way { from: Party; to: Party; port: number; protocol?: 'TCP' | 'UDP' }

const here: Labels = { 'kubernetes.io/metadata.name': 'here' };
const namespaceNamed = (name: string): Labels => ({ 'kubernetes.io/metadata.name': name });

/** What lies outside. */
const elsewhere: Party = { name: 'elsewhere' };
const ingressController: Party = { name: 'the ingress controller', pod: { app: 'controller' }, namespace: namespaceNamed('ingress-nginx') };
const prometheus: Party = { name: 'Prometheus', pod: { app: 'prometheus' }, namespace: namespaceNamed('monitoring') };
const stranger: Party = { name: 'a pod of another namespace', pod: { app: 'stranger' }, namespace: namespaceNamed('another') };
const neighbour: Party = { name: 'a pod beside it', pod: { app: 'neighbour' }, namespace: here };

const [http, metrics, postgres, redis, dns] = [2001, 9464, 5432, 6379, 53];
const mail = [25, 465, 587];
const services = ['auth', 'social-graph', 'group', 'messaging', 'realtime', 'gateway'];
const withData = ['auth', 'social-graph', 'group', 'messaging'];

/** DESIGN: one hop from the gateway to each service, one from realtime to auth and messaging, and no others. */
const callees: Readonly<Record<string, readonly string[]>> = { gateway: ['auth', 'social-graph', 'group', 'messaging', 'realtime'], realtime: ['auth', 'messaging'] };
const storesOf: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(services.map((service) => [service, withData.includes(service) ? [postgres, redis] : [redis]])), migration: [postgres],
};

const policiesOf = (policies: readonly Policy[], party: Party, direction: Direction): Policy[] =>
  policies.filter(({ spec }) => party.namespace === here && selects(spec?.podSelector ?? {}, party.pod ?? {}) && (spec?.policyTypes ?? ['Ingress']).includes(direction));

interface Peer { podSelector?: Parameters<typeof selects>[0]; namespaceSelector?: Parameters<typeof selects>[0]; ipBlock?: object }
const isPeer = ({ podSelector, namespaceSelector, ipBlock }: Peer, party: Party): boolean => {
  if (ipBlock !== undefined) return party.pod === undefined;
  if (party.pod === undefined) return false;
  const inNamespace = namespaceSelector === undefined ? party.namespace === here : selects(namespaceSelector, party.namespace ?? {});
  return inNamespace && selects(podSelector ?? {}, party.pod);
};

/** As a network plugin decides it: whoever no policy names is open; of those that name it, one has to allow. */
const allows = (policies: readonly Policy[], direction: Direction, { from, to, port, protocol = 'TCP' }: Way): boolean => {
  const [self, other] = direction === 'Ingress' ? [to, from] : [from, to];
  const named = policiesOf(policies, self, direction);
  return named.length === 0 || named.some(({ spec }) => {
    const rules = direction === 'Ingress' ? (spec?.ingress ?? []).map(({ from: peers, ports }) => ({ peers, ports })) : (spec?.egress ?? []).map(({ to: peers, ports }) => ({ peers, ports }));
    return rules.some(({ peers, ports }) =>
      (peers === undefined || peers.length === 0 || peers.some((peer) => isPeer(peer, other)))
      && (ports === undefined || ports.some((one) => one.port === port && (one.protocol ?? 'TCP') === protocol)));
  });
};
const isOpen = (policies: readonly Policy[], way: Way): boolean => allows(policies, 'Egress', way) && allows(policies, 'Ingress', way);

const expectedWays = (parties: ReadonlyMap<string, Party>, { hasStores }: Expected): { way: Way; isExpected: boolean }[] => {
  const ours = [...parties.values()];
  const isService = ({ name }: Party): boolean => services.includes(name);
  const between = ours.flatMap((from) => ours.filter((to) => to !== from).flatMap((to) => [
    { way: { from, to, port: http }, isExpected: callees[from.name]?.includes(to.name) ?? false },
    { way: { from, to, port: metrics }, isExpected: false },
    ...[['postgres', postgres], ['redis', redis]].map(([store, port]) => ({
      way: { from, to, port: Number(port) }, isExpected: hasStores && to.name === store && (storesOf[from.name]?.includes(Number(port)) ?? false),
    })),
  ]));
  const inwards = ours.flatMap((to) => [
    ...[elsewhere, stranger, neighbour].map((from) => ({ way: { from, to, port: http }, isExpected: to.name === 'gateway' })),
    { way: { from: ingressController, to, port: http }, isExpected: ['gateway', 'realtime'].includes(to.name) },
    { way: { from: prometheus, to, port: metrics }, isExpected: isService(to) || to.name === 'migration' },
    ...[elsewhere, stranger, neighbour].map((from) => ({ way: { from, to, port: metrics }, isExpected: false })),
    { way: { from: neighbour, to, port: postgres }, isExpected: false },
    { way: { from: neighbour, to, port: redis }, isExpected: false },
  ]);
  const outwards = ours.flatMap((from) => [
    ...[postgres, redis].map((port) => ({ way: { from, to: elsewhere, port }, isExpected: storesOf[from.name]?.includes(port) ?? false })),
    ...mail.map((port) => ({ way: { from, to: elsewhere, port }, isExpected: from.name === 'auth' })),
    ...(['TCP', 'UDP'] as const).map((protocol) => ({ way: { from, to: elsewhere, port: dns, protocol }, isExpected: isService(from) || from.name === 'migration' })),
    ...[80, 443].map((port) => ({ way: { from, to: elsewhere, port }, isExpected: false })),
  ]);
  return [...between, ...inwards, ...outwards];
};

/** Everybody may do what DESIGN says, and nothing beside it. */
export const talkingProblems = (manifests: readonly Manifest[], expected: Expected): string[] => {
  if (expected.shape === 'single') return [];
  const policies = ofKind(manifests, 'NetworkPolicy');
  const parties = new Map(workloadsIn(manifests).map(({ component, labels }): [string, Party] => [component, { name: component, pod: labels, namespace: here }]));
  return expectedWays(parties, expected).filter(({ way, isExpected }) => isOpen(policies, way) !== isExpected)
    .map(({ way: { from, to, port, protocol = 'TCP' }, isExpected }) => `NetworkPolicy: ${from.name} ${isExpected ? 'cannot' : 'can'} reach ${to.name} at ${port}/${protocol}`);
};
