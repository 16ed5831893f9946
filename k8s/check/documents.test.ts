import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { find, nameOf, ofKind, workloadsIn, type Manifest } from './manifests';
import { asManifests } from './models';
import { buildFolder, buildOverlay } from './overlay';
import { dataOf, environmentOf, referencesOf } from './pod-environment';
import { isService, startFaults } from './product-settings';

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const guide = read('docs/deploy-kubernetes.md');
const documented = read('docs/contract.md').split('## Kubernetes Deployment')[1]?.split('## Notes')[0] ?? '';
const documentedCommands = documented.split('\n').map((line) => line.trim()).filter((line) => line.startsWith('kubectl '));

/** Manifests as the contract shows them: indented, below a line that says yaml. */
const documentedManifests = [...documented.matchAll(/^( +)yaml\n((?:\1.*\n| *\n)+)/gm)].map(([, indent = '', text = '']) =>
  parse(text.split('\n').map((line) => line.slice(indent.length)).join('\n')) as { kind: string });

/** What of the first is not in the second. Lists of named things are compared by name, others whole. */
const missingIn = (wanted: unknown, given: unknown, path = ''): string[] => {
  if (typeof wanted !== 'object' || wanted === null) return wanted === given ? [] : [`${path} is ${String(given)}, not ${String(wanted)}`];
  if (typeof given !== 'object' || given === null) return [`${path} is missing`];
  return Object.entries(wanted).flatMap(([key, value]) => {
    const named = Array.isArray(given) && typeof value === 'object' && value !== null && 'name' in value
      ? (given as { name?: unknown }[]).find(({ name }) => name === value.name) : (given as Record<string, unknown>)[key];
    return missingIn(value, named, `${path}/${key}`);
  });
};

describe('the overlay single', () => {
  const manifests = asManifests(buildOverlay('single'));

  it('is the documented Deployment and autoscaler, field by field', () => {
    expect(documentedManifests.map(({ kind }) => kind)).toEqual(['Deployment', 'HorizontalPodAutoscaler']);
    for (const wanted of documentedManifests) expect(missingIn(wanted, manifests.find(({ kind }) => kind === wanted.kind))).toEqual([]);
    const files = ['deployment.yaml', 'hpa.yaml'].map((file) => parse(read(`k8s/overlays/single/${file}`)) as unknown);
    expect(documentedManifests.flatMap((wanted, index) => missingIn(wanted, files[index]))).toEqual([]);
  });

  it('has what the documented commands name, and the guide says them word for word', () => {
    expect(documentedCommands).toHaveLength(9);
    expect(documentedCommands.filter((command) => !guide.includes(`\n${command}\n`))).toEqual([]);
    const service = find(manifests, 'Service', 'chat-backend-service');
    expect(documentedCommands).toContain(`kubectl expose deployment chat-backend --type=${service.spec?.type} --name=${nameOf(service)} --port=${service.spec?.ports?.[0]?.port}`);
    const kinds = { deployment: 'Deployment', service: 'Service', hpa: 'HorizontalPodAutoscaler' } as const;
    const deleted = Object.entries(kinds).flatMap(([word, kind]) => ofKind(manifests, kind).map((manifest) => `kubectl delete ${word} ${nameOf(manifest)}`));
    expect(documentedCommands.slice(-4)).toEqual([...deleted, 'kubectl delete configmap chat-backend-config']);
    const [workload] = workloadsIn(manifests);
    expect(new Set(workload && referencesOf(workload).map(({ name }) => name))).toEqual(new Set(['chat-backend-config']));
  });
});

describe('the guide', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-backend-guide-'));
    cpSync(join(root, 'k8s'), join(folder, 'k8s'), { recursive: true, filter: (source) => !/\/(check|mine)$/.test(source) });
    mkdirSync(join(folder, 'bin'));
    // No cluster is there: what is tried is what the commands write.
    for (const name of ['kubectl', 'kind']) {
      writeFileSync(join(folder, 'bin', name), '#!/bin/sh\nexit 0\n');
      chmodSync(join(folder, 'bin', name), 0o755);
    }
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  const follow = (name: string): Manifest[] => {
    const [, script = ''] = new RegExp(`<!-- ${name} -->\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(guide) ?? [];
    execFileSync('sh', ['-e'], { cwd: folder, input: script, env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` } });
    return asManifests(buildFolder(join(folder, 'k8s/overlays/mine')));
  };

  it.each(['dev', 'prod'])('leads from a cluster to pods that start: %s', (name) => {
    const manifests = follow(name);
    const started = workloadsIn(manifests).flatMap((workload) => (isService(workload.component) ? [startFaults(environmentOf(workload, manifests), [workload.component])] : []));
    expect(started).toEqual([[], [], [], [], [], []]);
  });

  it('puts one address into the settings and the Ingresses', () => {
    const manifests = follow('prod');
    const [settings] = ofKind(manifests, 'ConfigMap');
    const host = new URL(dataOf(manifests, 'ConfigMap', settings === undefined ? '' : nameOf(settings))?.['PUBLIC_URL'] ?? '').host;
    expect(ofKind(manifests, 'Ingress').flatMap(({ spec }) => [spec?.rules?.[0]?.host, spec?.tls?.[0]?.hosts?.[0]])).toEqual([host, host, host, host]);
    expect(host).toBe('chat.example.org');
  });
});
