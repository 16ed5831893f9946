import { nameOf, ofKind, portOf, selects, titleOf, workloadsIn, type Manifest, type OfKind } from '../manifests';
import { isService } from '../product-settings';
import type { Expected } from './expected';

const backendOf = (service: OfKind<'Service'>, manifests: readonly Manifest[]) => workloadsIn(manifests).filter(({ labels }) => selects({ matchLabels: service.spec?.selector ?? {} }, labels));

const isCalled = (component: string): boolean => isService(component) && component !== 'gateway';

/** A Service leads to the pods of one workload, and each of its ports to a port that they have. That of a service that is called by others names their addresses. */
export const serviceProblems = (manifests: readonly Manifest[]): string[] => ofKind(manifests, 'Service').flatMap((service) => {
  const title = titleOf(service);
  const [workload, ...others] = backendOf(service, manifests);
  if (workload === undefined || others.length > 0) return [`${title}: selects the pods of ${workload === undefined ? 'nobody' : `${1 + others.length} workloads`}`];
  const isHidden = isCalled(workload.component) && service.spec?.clusterIP !== 'None';
  return [
    ...(isHidden ? [`${title}: has an address of its own, so the gateway cannot tell the pods apart`] : []),
    ...(service.spec?.ports ?? []).filter(({ port, targetPort = port }) => portOf(workload.container, targetPort) === undefined)
      .map(({ targetPort, port }) => `${title}: leads to the port ${targetPort ?? port}, which ${workload.title} does not have`),
  ];
});

/** Every Deployment of a service is reached by a Service of its own name, and its selector is its own. */
export const reachProblems = (manifests: readonly Manifest[], { shape }: Expected): string[] => workloadsIn(manifests).flatMap(({ manifest, labels, title, component }) => {
  if (manifest.kind === 'Job') return [];
  const { selector } = manifest.spec ?? {};
  const chosen = workloadsIn(manifests).filter((other) => selects(selector ?? {}, other.labels)).length;
  const service = ofKind(manifests, 'Service').find((other) => nameOf(other) === nameOf(manifest));
  const isReached = shape === 'single' || (service !== undefined && selects({ matchLabels: service.spec?.selector ?? {} }, labels));
  return [
    ...(selects(selector ?? {}, labels) && chosen === 1 ? [] : [`${title}: its selector takes the pods of ${chosen} workloads`]),
    ...(isReached ? [] : [`${title}: no Service leads to ${component}`]),
  ];
});

/** Paths, and the Service behind each. */
const routes = new Map([['/socket.io', 'chat-backend-realtime'], ['/', 'chat-backend-gateway']]);

/** Sockets go straight to realtime, and a client that polls stays at its pod; everything else goes to the gateway. */
export const ingressProblems = (manifests: readonly Manifest[], { shape }: Expected): string[] => {
  if (shape === 'single') return [];
  const given = ofKind(manifests, 'Ingress').flatMap((ingress) => (ingress.spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ path = '', backend }) => ({ ingress, path, service: backend.service }))));
  const missing = [...routes.keys()].filter((path) => !given.some((route) => route.path === path)).map((path) => `no Ingress routes ${path}`);
  return [...missing, ...given.flatMap(({ ingress, path, service }) => {
    const title = `${titleOf(ingress)}, ${path}`;
    const target = ofKind(manifests, 'Service').find((other) => nameOf(other) === service?.name);
    const hasPort = target?.spec?.ports?.some(({ name, port }) => name === service?.port?.name || port === service?.port?.number) ?? false;
    const affinity = ingress.metadata?.annotations?.['nginx.ingress.kubernetes.io/affinity'];
    return [
      ...(routes.get(path) === service?.name ? [] : [`${title}: leads to ${service?.name}`]),
      ...(hasPort ? [] : [`${title}: the Service ${service?.name} has no port ${service?.port?.name ?? service?.port?.number}`]),
      ...(path !== '/socket.io' || affinity === 'cookie' ? [] : [`${title}: has no cookie that keeps a client that polls at its pod`]),
    ];
  })];
};

/** The door that the documentation promises. */
export const doorProblems = (manifests: readonly Manifest[], { shape }: Expected): string[] => {
  const door = ofKind(manifests, 'Service').find((service) => nameOf(service) === 'chat-backend-service');
  if (door === undefined) return ['there is no Service chat-backend-service'];
  const leadsTo = backendOf(door, manifests).map(({ component }) => component).join(', ');
  return [
    ...(door.spec?.type === 'LoadBalancer' && door.spec.ports?.[0]?.port === 2001 ? [] : [`${titleOf(door)}: is no LoadBalancer on port 2001`]),
    // Else limits would count all clients as the node that they come through, and TRUST_PROXY would believe what they say of themselves.
    ...(door.spec?.externalTrafficPolicy === 'Local' ? [] : [`${titleOf(door)}: hides the addresses of clients`]),
    ...(leadsTo === (shape === 'single' ? 'all' : 'gateway') ? [] : [`${titleOf(door)}: leads to ${leadsTo}`]),
  ];
};
