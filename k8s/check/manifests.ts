import type { IDeployment, IStatefulSet } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { IJob } from 'kubernetes-models/batch/v1';
import type { IIngress, INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IConfigMap, IContainer, INamespace, IPodSpec, ISecret, IService, IServiceAccount } from 'kubernetes-models/v1';

export type Manifest = IConfigMap | IDeployment | IHorizontalPodAutoscaler | IIngress | IJob | INamespace | INetworkPolicy | IPodDisruptionBudget
  | ISecret | IService | IServiceAccount | IStatefulSet;
export type Kind = Manifest['kind'];
export type OfKind<Wanted extends Kind> = Extract<Manifest, { kind: Wanted }>;
export type Labels = Readonly<Record<string, string>>;

export const ofKind = <Wanted extends Kind>(manifests: readonly Manifest[], kind: Wanted): OfKind<Wanted>[] =>
  manifests.filter((manifest): manifest is OfKind<Wanted> => manifest.kind === kind);

export const nameOf = ({ metadata }: Manifest): string => metadata?.name ?? '';
/** What a problem calls it. */
export const titleOf = (manifest: Manifest): string => `${manifest.kind} ${nameOf(manifest)}`;

/** The one of that kind and name. @throws Error where there is none */
export const find = <Wanted extends Kind>(manifests: readonly Manifest[], kind: Wanted, name: string): OfKind<Wanted> => {
  const found = ofKind(manifests, kind).find((manifest) => nameOf(manifest) === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
};

export interface Workload {
  manifest: OfKind<'Deployment' | 'Job' | 'StatefulSet'>;
  title: string;
  labels: Labels;
  pod: IPodSpec;
  container: IContainer;
  /** The service that it runs, or what else it is; of what is not ours, its name. */
  component: string;
  /** Whether it is a container of Chat Backend, and not a store beside it. */
  isOurs: boolean;
}

const componentLabel = 'app.kubernetes.io/component';
const nameLabel = 'app.kubernetes.io/name';

/** What runs pods. @throws Error for a pod without a container */
export const workloadsIn = (manifests: readonly Manifest[]): Workload[] =>
  [...ofKind(manifests, 'Deployment'), ...ofKind(manifests, 'Job'), ...ofKind(manifests, 'StatefulSet')].map((manifest) => {
    const { template } = manifest.spec ?? {};
    const [container] = template?.spec?.containers ?? [];
    if (template?.spec === undefined || container === undefined) throw new Error(`${titleOf(manifest)} has no container`);
    const labels = template.metadata?.labels ?? {};
    return {
      manifest, title: titleOf(manifest), labels, pod: template.spec, container,
      component: labels[componentLabel] ?? labels[nameLabel] ?? 'all', isOurs: container.name === 'chat-backend',
    };
  });

interface Selector { matchLabels?: Labels; matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[] }

/** As Kubernetes decides it; a selector that names nothing selects everything. @throws Error for an operator that it does not know */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  && matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case 'In': return value !== undefined && values.includes(value);
      case 'NotIn': return value === undefined || !values.includes(value);
      case 'Exists': return value !== undefined;
      case 'DoesNotExist': return value === undefined;
      default: throw new Error(`a selector has the operator ${operator}`);
    }
  });

/** The number behind a port's name or number at a container; undefined where it has no such port. */
export const portOf = ({ ports = [] }: IContainer, port: number | string | undefined): number | undefined =>
  ports.find(({ name, containerPort }) => name === port || containerPort === port)?.containerPort;
