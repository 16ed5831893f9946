import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const overlayNames = ['dev', 'prod', 'single'] as const;
export type OverlayName = (typeof overlayNames)[number];

const overlays = join(__dirname, '../overlays');

/** Kustomize breaks a long value of a Secret into lines, which Kubernetes takes and the format of its schemas does not. */
const joinLines = (_key: unknown, value: unknown): unknown => (typeof value === 'string' && /^[A-Za-z0-9+/=\n]+\n$/.test(value) ? value.replaceAll('\n', '') : value);

/** What Kustomize makes of a folder, as documents. `npm run test:manifests` says with which command (KUSTOMIZE). @throws Error with what Kustomize says */
export const buildFolder = (folder: string): unknown[] => {
  const [command = 'kubectl', ...options] = JSON.parse(process.env['KUSTOMIZE'] ?? '["kubectl", "kustomize"]') as string[];
  const text = execFileSync(command, [...options, folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return parseAllDocuments(text).map((document) => document.toJS({ reviver: joinLines }) as unknown);
};

export const buildOverlay = (name: OverlayName): unknown[] => buildFolder(join(overlays, name));
