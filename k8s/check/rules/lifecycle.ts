import { portOf, selects, workloadsIn, type Manifest, type Workload } from '../manifests';
import { environmentOf } from '../pod-environment';

/** What services answer on their port. */
const paths = { startupProbe: '/livez', livenessProbe: '/livez', readinessProbe: '/readyz' } as const;
type Probe = keyof typeof paths;
const probes = Object.keys(paths) as Probe[];
const httpPort = 2001;
const defaultDrainSeconds = 15;

const probeProblems = ({ title, container }: Workload): string[] => probes.flatMap((name) => {
  const { httpGet, timeoutSeconds = 1, periodSeconds = 10 } = container[name] ?? {};
  return [
    ...(httpGet?.path === paths[name] ? [] : [`${title}: its ${name} asks ${httpGet?.path ?? 'nothing'}, not ${paths[name]}`]),
    ...(httpGet === undefined || portOf(container, httpGet.port) === httpPort ? [] : [`${title}: its ${name} asks at the port ${httpGet.port}`]),
    ...(timeoutSeconds <= periodSeconds ? [] : [`${title}: its ${name} waits longer than it pauses`]),
  ];
});

const secondsOf = (command: readonly string[]): number | undefined => (command[0] === 'sleep' ? Number(command[1]) : undefined);

const graceProblems = (workload: Workload, manifests: readonly Manifest[]): string[] => {
  const { title, container, pod } = workload;
  const preStop = secondsOf(container.lifecycle?.preStop?.exec?.command ?? []);
  if (preStop === undefined || !(preStop > 0)) return [`${title}: does not wait before it stops, so load balancers send to a pod that takes nothing any more`];
  const settings = environmentOf(workload, manifests);
  const drain = Number(settings['DRAIN_SECONDS'] ?? defaultDrainSeconds) + Number(settings['DRAIN_DELAY_SECONDS'] ?? 0);
  const grace = pod.terminationGracePeriodSeconds ?? 30;
  return grace > preStop + drain ? [] : [`${title}: is killed after ${grace} s, in the ${preStop} s before it stops or the ${drain} s of its drain`];
};

const spreadProblems = ({ title, pod, labels }: Workload, workloads: readonly Workload[]): string[] => [
  ...(pod.topologySpreadConstraints?.some(({ topologyKey }) => topologyKey === 'kubernetes.io/hostname') === true ? [] : [`${title}: its pods may all be on one node`]),
  ...(pod.topologySpreadConstraints ?? []).filter(({ labelSelector = {} }) => !selects(labelSelector, labels) || workloads.filter((other) => selects(labelSelector, other.labels)).length !== 1)
    .map(({ topologyKey }) => `${title}: spreads over ${topologyKey} by pods that are not its own`),
];

/** One process of all services at a time serves a database, unless there is Redis: the next is ready when the one before is gone. */
const rolloutProblems = ({ title, manifest }: Workload): string[] =>
  manifest.kind === 'Deployment' && manifest.spec?.strategy?.type === 'Recreate' ? [] : [`${title}: its rollout keeps the pod that the new one waits for`];

/** How pods begin, are asked, and end. */
export const lifecycleProblems = (manifests: readonly Manifest[]): string[] => {
  const workloads = workloadsIn(manifests);
  return workloads.filter(({ manifest, isOurs }) => manifest.kind === 'Deployment' && isOurs).flatMap((workload) => [
    ...probeProblems(workload), ...graceProblems(workload, manifests), ...(workload.component === 'all' ? rolloutProblems(workload) : spreadProblems(workload, workloads)),
  ]);
};
