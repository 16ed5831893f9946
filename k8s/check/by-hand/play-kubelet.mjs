// Plays three nodes and their kubelets, and metrics-server, for the API server that KUBECONFIG names: pods become ready some seconds after they were
// scheduled, end at once when they are deleted, and use as much CPU as <folder>/cpu.json says ({"chat-backend-auth": "200m"}). No container runs.
import { createServer } from 'node:https';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';
import { dirname, join } from 'node:path';

const { KUBECONFIG } = process.env;
const folder = dirname(KUBECONFIG);
const config = readFileSync(KUBECONFIG, 'utf8');
const [server, token] = [/server: ([^,]+)/.exec(config)[1], /token: (\w+)/.exec(config)[1]];
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
const readyAfterMs = 4_000;

const call = async (method, path, body, type = 'application/json') => {
  const reply = await fetch(server + path, { method, dispatcher, headers: { authorization: `Bearer ${token}`, 'content-type': type }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await reply.text();
  if (!reply.ok && reply.status !== 409 && reply.status !== 404) console.error(method, path, reply.status, text.slice(0, 300));
  return JSON.parse(text);
};

const allocatable = { cpu: '16', memory: '32Gi', pods: '110' };
for (const [name, zone] of [['node-1', 'a'], ['node-2', 'b'], ['node-3', 'b']]) {
  await call('POST', '/api/v1/nodes', { metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone } } });
  await call('PATCH', `/api/v1/nodes/${name}/status`, { status: { capacity: allocatable, allocatable, conditions: [{ type: 'Ready', status: 'True' }] } }, 'application/merge-patch+json');
  // Put there at the start, and taken away by the controller that is off.
  await call('PATCH', `/api/v1/nodes/${name}`, { spec: { taints: null } }, 'application/merge-patch+json');
}

const scheduledAt = new Map();
const play = async ({ metadata: { name, namespace, uid, deletionTimestamp }, spec, status }) => {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  if (deletionTimestamp !== undefined) { await call('DELETE', path, { gracePeriodSeconds: 0, kind: 'DeleteOptions', apiVersion: 'v1' }); return; }
  if (spec.nodeName === undefined) return;
  if (!scheduledAt.has(uid)) scheduledAt.set(uid, Date.now());
  const isJob = spec.restartPolicy === 'Never';
  if (status.phase !== 'Pending' || Date.now() - scheduledAt.get(uid) < readyAfterMs) return;
  const now = new Date().toISOString();
  const conditions = ['Initialized', 'ContainersReady', 'Ready'].map((type) => ({ type, status: 'True', lastTransitionTime: now }));
  await call('PATCH', `${path}/status`, { status: { phase: isJob ? 'Succeeded' : 'Running', startTime: now, conditions, podIP: '10.1.0.1' } }, 'application/merge-patch+json');
};

const podsOf = async (path) => (await call('GET', path)).items ?? [];
const metricsOf = (pods) => {
  const cpu = existsSync(join(folder, 'cpu.json')) ? JSON.parse(readFileSync(join(folder, 'cpu.json'), 'utf8')) : {};
  return pods.filter(({ status }) => status.phase === 'Running').map(({ metadata: { name, namespace, labels }, spec }) => ({
    metadata: { name, namespace, labels }, timestamp: new Date().toISOString(), window: '10s',
    containers: spec.containers.map((container) => ({ name: container.name, usage: { cpu: cpu[`chat-backend-${labels['app.kubernetes.io/component']}`] ?? '50m', memory: '100Mi' } })),
  }));
};

const [key, cert] = ['metrics.key', 'metrics.crt'].map((name) => join(folder, name));
execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
createServer({ key: readFileSync(key), cert: readFileSync(cert) }, async (request, response) => {
  const url = new URL(request.url, 'https://localhost');
  const namespace = /\/namespaces\/([^/]+)\/pods/.exec(url.pathname)?.[1];
  const body = namespace === undefined
    ? { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'metrics.k8s.io/v1beta1', resources: [{ name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] }] }
    : { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: metricsOf(await podsOf(`/api/v1/namespaces/${namespace}/pods${url.search}`)) };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}).listen(16444, '127.0.0.1');
await call('POST', '/api/v1/namespaces/kube-system/services', { metadata: { name: 'metrics' }, spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: 16444 }] } });
await call('POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
  metadata: { name: 'v1beta1.metrics.k8s.io' },
  spec: { group: 'metrics.k8s.io', version: 'v1beta1', service: { name: 'metrics', namespace: 'kube-system', port: 16444 }, insecureSkipTLSVerify: true, groupPriorityMinimum: 100, versionPriority: 100 },
});
console.log('playing');
for (;;) {
  for (const pod of await podsOf('/api/v1/pods')) await play(pod);
  await new Promise((resolve) => { setTimeout(resolve, 500); });
}
