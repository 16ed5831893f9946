import { expectedOf, problemsIn } from './check';
import { find, type Manifest, type OfKind } from './manifests';
import { asManifests, schemaProblems } from './models';
import { buildOverlay } from './overlay';
import { typeProblems } from './types';

const built = asManifests(buildOverlay('prod'));
const copy = (change = (text: string): string => text): Manifest[] => JSON.parse(change(JSON.stringify(built))) as Manifest[];

const deployment = (manifests: readonly Manifest[], service: string) => {
  const found: OfKind<'Deployment'> = find(manifests, 'Deployment', `chat-backend-${service}`);
  const pod = found.spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (pod === undefined || container === undefined) throw new Error(`${service} has no container`);
  return { found, pod, container };
};
const policy = (manifests: readonly Manifest[], name: string) => {
  const { spec } = find(manifests, 'NetworkPolicy', name);
  if (spec === undefined) throw new Error(`${name} says nothing`);
  return spec;
};
const settings = (manifests: readonly Manifest[]): Record<string, string> =>
  manifests.flatMap((manifest) => (manifest.kind === 'ConfigMap' ? [manifest.data ??= {}] : []))[0] ?? {};
const secrets = (manifests: readonly Manifest[]): Record<string, string> =>
  manifests.flatMap((manifest) => (manifest.kind === 'Secret' ? [manifest.data ??= {}] : []))[0] ?? {};
const specOf = <Spec>({ spec }: { spec?: Spec }): Spec => {
  if (spec === undefined) throw new Error('nothing is said');
  return spec;
};

/** What somebody could get wrong, and what the check has to say of it. */
const faults: [string, (manifests: Manifest[]) => void, string][] = [
  ['an autoscaler of a Deployment that is not there', (all) => { specOf(find(all, 'HorizontalPodAutoscaler', 'chat-backend-auth')).scaleTargetRef.name = 'auth'; },
    'HorizontalPodAutoscaler chat-backend-auth: scales Deployment auth, which is not there'],
  ['an autoscaler without a request of CPU', (all) => { delete deployment(all, 'group').container.resources?.requests?.['cpu']; },
    'HorizontalPodAutoscaler chat-backend-group: its target asks for no CPU, so there is nothing to take 60 % of'],
  ['sockets that all come back at once when it scales down', (all) => { delete specOf(find(all, 'HorizontalPodAutoscaler', 'chat-backend-realtime')).behavior; },
    'HorizontalPodAutoscaler chat-backend-realtime: does not scale down by one pod a minute after five minutes'],
  ['a Service that leads to a port of another name', (all) => { for (const port of specOf(find(all, 'Service', 'chat-backend-messaging')).ports ?? []) port.targetPort = 'web'; },
    'Service chat-backend-messaging: leads to the port web, which Deployment chat-backend-messaging does not have'],
  ['a Service whose pods the gateway cannot tell apart', (all) => { delete specOf(find(all, 'Service', 'chat-backend-realtime')).clusterIP; },
    'Service chat-backend-realtime: has an address of its own, so the gateway cannot tell the pods apart'],
  ['a Service that selects nobody', (all) => { specOf(find(all, 'Service', 'chat-backend-auth')).selector = { app: 'auth' }; },
    'Service chat-backend-auth: selects the pods of nobody'],
  ['a selector that takes the pods of every service', (all) => { specOf(find(all, 'Deployment', 'chat-backend-auth')).selector = { matchLabels: { 'app.kubernetes.io/name': 'chat-backend' } }; },
    'Deployment chat-backend-auth: its selector takes the pods of 7 workloads'],
  ['a budget that counts everybody', (all) => { delete specOf(find(all, 'PodDisruptionBudget', 'chat-backend-gateway')).selector; },
    'PodDisruptionBudget chat-backend-gateway: counts the pods of auth, gateway, group, messaging, realtime, social-graph, migration'],
  ['an Ingress that sends sockets to the gateway', (all) => { for (const { http } of specOf(find(all, 'Ingress', 'chat-backend-sockets')).rules ?? []) for (const { backend } of http?.paths ?? []) backend.service = { name: 'chat-backend-gateway', port: { name: 'http' } }; },
    'Ingress chat-backend-sockets, /socket.io: leads to chat-backend-gateway'],
  ['an Ingress that loses clients that poll', (all) => { delete find(all, 'Ingress', 'chat-backend-sockets').metadata?.annotations?.['nginx.ingress.kubernetes.io/affinity']; },
    'Ingress chat-backend-sockets, /socket.io: has no cookie that keeps a client that polls at its pod'],
  ['a key of the Secret that is misspelt', (all) => { for (const { valueFrom } of deployment(all, 'auth').container.env ?? []) if (valueFrom?.secretKeyRef?.key === 'SMTP_URL') valueFrom.secretKeyRef.key = 'MAIL_URL'; },
    'MAIL_URL from the Secret'],
  ['a setting that nobody reads', (all) => { settings(all)['DRAIN_SECOND'] = '5'; }, 'DRAIN_SECOND is read by nobody who gets it'],
  ['a setting that is missing', (all) => { delete settings(all)['SOCKET_MAX_AGE_SECONDS']; }, 'Deployment chat-backend-realtime: reads SOCKET_MAX_AGE_SECONDS, and is not given it'],
  ['a setting that the process refuses', (all) => { settings(all)['LOG_LEVEL'] = 'loud'; }, 'Deployment chat-backend-realtime: would not start, as LOG_LEVEL: '],
  ['a secret in the ConfigMap', (all) => { settings(all)['SECRET_KEY'] = 'x'.repeat(40); }, 'SECRET_KEY is a secret'],
  ['a secret that works as it is published', (all) => { secrets(all)['SECRET_KEY'] = Buffer.from('x'.repeat(40)).toString('base64'); }, 'Deployment chat-backend-auth: the placeholder of SECRET_KEY would be taken'],
  ['a service that knows what it does not need', (all) => { deployment(all, 'realtime').container.env?.push({ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'chat-backend-secrets', key: 'DATABASE_URL' } } }); },
    'Deployment chat-backend-realtime: takes DATABASE_URL from the Secret chat-backend-secrets, which has no such key'],
  ['the address of another service', (all) => { settings(all)['MESSAGING_URL'] = 'http://chat-backend-group:2001'; }, 'MESSAGING_URL is http://chat-backend-group:2001, which does not lead to messaging'],
  ['a probe of a path that is not there', (all) => { const probe = deployment(all, 'gateway').container.readinessProbe?.httpGet; if (probe !== undefined) probe.path = '/health'; },
    'Deployment chat-backend-gateway: its readinessProbe asks /health, not /readyz'],
  ['a pod that is killed in its drain, as it waits before it', (all) => { settings(all)['DRAIN_DELAY_SECONDS'] = '25'; }, 'is killed after 60 s, in the 10 s before it stops or the 55 s of its drain'],
  ['a pod that is killed in its drain', (all) => { deployment(all, 'realtime').pod.terminationGracePeriodSeconds = 40; }, 'Deployment chat-backend-realtime: is killed after 40 s, in the 10 s before it stops or the 30 s of its drain'],
  ['realtime that reaches Postgres', (all) => { policy(all, 'chat-backend-realtime').egress?.push({ ports: [{ protocol: 'TCP', port: 5432 }] }); }, 'NetworkPolicy: realtime can reach elsewhere at 5432/TCP'],
  ['messaging that everybody reaches', (all) => { policy(all, 'chat-backend-messaging').ingress = [{ ports: [{ protocol: 'TCP', port: 2001 }] }]; }, 'NetworkPolicy: elsewhere can reach messaging at 2001/TCP'],
  ['a gateway that cannot ask for names', (all) => { policy(all, 'chat-backend').egress = []; }, 'NetworkPolicy: gateway cannot reach elsewhere at 53/UDP'],
  ['a mail worker that reaches no mail server', (all) => { policy(all, 'chat-backend-auth').egress?.pop(); }, 'NetworkPolicy: auth cannot reach elsewhere at 587/TCP'],
  ['a root file system that can be written to', (all) => { const { securityContext } = deployment(all, 'auth').container; if (securityContext !== undefined) securityContext.readOnlyRootFilesystem = false; },
    'Deployment chat-backend-auth, chat-backend: may write to its root file system'],
  ['a pod of root', (all) => { const { securityContext } = deployment(all, 'auth').pod; if (securityContext !== undefined) securityContext.runAsUser = 0; }, 'Deployment chat-backend-auth: runs as the user 0'],
];

describe('a fault that is planted into the built manifests is caught', () => {
  it.each(faults)('%s', (_name, plant, problem) => {
    const manifests = copy();
    plant(manifests);
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
    expect(problemsIn(manifests, expectedOf.prod).filter((found) => found.includes(problem))).not.toEqual([]);
  });

  it('a rollout of the one Deployment that waits for itself', () => {
    const manifests = asManifests(buildOverlay('single'));
    delete specOf(find(manifests, 'Deployment', 'chat-backend')).strategy;
    expect(problemsIn(manifests, expectedOf.single)).toEqual(['Deployment chat-backend: its rollout keeps the pod that the new one waits for']);
  });

  it('and without one there is nothing to say', () => {
    expect(problemsIn(copy(), expectedOf.prod)).toEqual([]);
  });
});

describe('so is what is no manifest of Kubernetes', () => {
  it('a text in the place of a number, by the schemas', () => {
    expect(copy((text) => text.replace('"maxReplicas":10', '"maxReplicas":"ten"')).flatMap(schemaProblems)).toEqual([expect.stringContaining('maxReplicas')]);
  });

  it('a version that is no longer served, by the schemas', () => {
    expect(copy((text) => text.replace('autoscaling/v2', 'autoscaling/v2beta2')).flatMap(schemaProblems)).toEqual([expect.stringContaining('the apiVersion is autoscaling/v2beta2')]);
  });

  it('a field that is misspelt, by the types', () => {
    const manifests = copy((text) => text.replace('"readinessProbe"', '"readynessProbe"'));
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
    expect(typeProblems({ planted: manifests }).join('\n')).toContain('readynessProbe');
  });
});
