import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Secret, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Kind, Manifest } from './manifests';

interface Model { validate(): void }
type ModelClass = { apiVersion: string; new (data: never): Model };

export const models = {
  ConfigMap, Deployment, HorizontalPodAutoscaler, Ingress, Job, Namespace, NetworkPolicy, PodDisruptionBudget, Secret, Service, ServiceAccount, StatefulSet,
} as const satisfies Record<Kind, ModelClass>;

const isKind = (kind: unknown): kind is Kind => typeof kind === 'string' && Object.hasOwn(models, kind);

/** Why the schemas of Kubernetes do not take a document. */
export const schemaProblems = (document: unknown): string[] => {
  const { apiVersion, kind, metadata } = document as { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown } };
  const title = `${String(kind)} ${String(metadata?.name)}`;
  if (!isKind(kind)) return [`${title}: no model is known of this kind`];
  const model: ModelClass = models[kind];
  if (apiVersion !== model.apiVersion) return [`${title}: the apiVersion is ${String(apiVersion)}, not ${model.apiVersion}`];
  try {
    new model(document as never).validate();
    return [];
  } catch (error) {
    return [`${title}: ${(error as Error).message}`];
  }
};

/** What was built, once the schemas have taken it. @throws Error */
export const asManifests = (documents: readonly unknown[]): Manifest[] => {
  const problems = documents.flatMap(schemaProblems);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return documents as Manifest[];
};
