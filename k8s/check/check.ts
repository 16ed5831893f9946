import type { Manifest } from './manifests';
import type { OverlayName } from './overlay';
import type { Expected } from './rules/expected';
import { hardeningProblems } from './rules/hardening';
import { lifecycleProblems } from './rules/lifecycle';
import { doorProblems, ingressProblems, reachProblems, serviceProblems } from './rules/ports';
import { autoscalerProblems, disruptionProblems } from './rules/scaling';
import { addressProblems, keyProblems, listeningProblems, readingProblems, referenceProblems, startProblems } from './rules/settings';
import { talkingProblems } from './rules/talking';

export const expectedOf: Record<OverlayName, Expected> = {
  dev: { shape: 'services', leastPods: 1, hasStores: true, toBeSet: ['SECRET_KEY'] },
  prod: { shape: 'services', leastPods: 2, hasStores: false, toBeSet: ['DATABASE_URL', 'REDIS_URL', 'SECRET_KEY', 'PASSWORD_PEPPER', 'SMTP_URL'] },
  single: { shape: 'single', leastPods: 1, hasStores: false, toBeSet: [] },
};

/** Each says, in sentences, what of the manifests does not fit together. */
export const rules: readonly ((manifests: readonly Manifest[], expected: Expected) => string[])[] = [
  autoscalerProblems, disruptionProblems, serviceProblems, reachProblems, ingressProblems, doorProblems, talkingProblems,
  referenceProblems, keyProblems, readingProblems, startProblems, addressProblems, listeningProblems, lifecycleProblems, hardeningProblems,
];

export const problemsIn = (manifests: readonly Manifest[], expected: Expected): string[] => rules.flatMap((rule) => rule(manifests, expected));
