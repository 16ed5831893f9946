import { isDeepStrictEqual } from 'node:util';
import { nameOf, ofKind, selects, titleOf, workloadsIn, type Manifest, type OfKind } from '../manifests';
import type { Expected } from './expected';

const cpuTarget = 60;
const mostPods = 10;
const slowly = { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] };

const targetProblems = (autoscaler: OfKind<'HorizontalPodAutoscaler'>, manifests: readonly Manifest[], { leastPods }: Expected): string[] => {
  const title = titleOf(autoscaler);
  const { spec } = autoscaler;
  const { kind, name, apiVersion } = spec?.scaleTargetRef ?? {};
  const target = ofKind(manifests, 'Deployment').find((deployment) => kind === deployment.kind && name === nameOf(deployment) && apiVersion === deployment.apiVersion);
  if (target === undefined) return [`${title}: scales ${kind} ${name}, which is not there`];
  const cpu = spec?.metrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.target;
  const { container } = workloadsIn([target])[0] ?? {};
  return [
    ...(spec?.minReplicas === leastPods && spec.maxReplicas === mostPods ? [] : [`${title}: scales from ${spec?.minReplicas} to ${spec?.maxReplicas}, not from ${leastPods} to ${mostPods}`]),
    ...(cpu?.type === 'Utilization' && cpu.averageUtilization === cpuTarget ? [] : [`${title}: does not aim at ${cpuTarget} % of the CPU`]),
    ...(container?.resources?.requests?.['cpu'] === undefined ? [`${title}: its target asks for no CPU, so there is nothing to take ${cpuTarget} % of`] : []),
  ];
};

/** Each Deployment has one autoscaler, and each autoscaler a Deployment. */
export const autoscalerProblems = (manifests: readonly Manifest[], expected: Expected): string[] => {
  const autoscalers = ofKind(manifests, 'HorizontalPodAutoscaler');
  const unscaled = ofKind(manifests, 'Deployment').flatMap((deployment) => {
    const count = autoscalers.filter(({ spec }) => spec?.scaleTargetRef.name === nameOf(deployment)).length;
    return count === 1 ? [] : [`${titleOf(deployment)}: ${count} autoscalers name it`];
  });
  const fixed = expected.shape === 'single' ? [] : ofKind(manifests, 'Deployment').filter(({ spec }) => spec?.replicas !== undefined)
    .map((deployment) => `${titleOf(deployment)}: says replicas, which each apply would set back`);
  const hasty = autoscalers.filter((autoscaler) => nameOf(autoscaler) === 'chat-backend-realtime' && !isDeepStrictEqual(autoscaler.spec?.behavior?.scaleDown, slowly))
    .map((autoscaler) => `${titleOf(autoscaler)}: does not scale down by one pod a minute after five minutes`);
  return [...unscaled, ...fixed, ...hasty, ...autoscalers.flatMap((autoscaler) => targetProblems(autoscaler, manifests, expected))];
};

/** Each Deployment may lose one pod at a time to the cluster's upkeep, and a budget counts no pods of others. */
export const disruptionProblems = (manifests: readonly Manifest[], { shape }: Expected): string[] => {
  if (shape === 'single') return [];
  const workloads = workloadsIn(manifests);
  const budgets = ofKind(manifests, 'PodDisruptionBudget');
  const ofBudgets = budgets.flatMap((budget) => {
    const { maxUnavailable, selector } = budget.spec ?? {};
    const components = workloads.filter(({ labels }) => selects(selector ?? {}, labels)).map(({ component }) => component);
    return [
      ...(maxUnavailable === 1 ? [] : [`${titleOf(budget)}: lets ${maxUnavailable} pods go at once, not 1`]),
      ...(components.length === 1 ? [] : [`${titleOf(budget)}: counts the pods of ${components.join(', ') || 'nobody'}`]),
    ];
  });
  const without = workloads.filter(({ manifest, labels }) => manifest.kind === 'Deployment' && !budgets.some(({ spec }) => selects(spec?.selector ?? {}, labels)));
  return [...ofBudgets, ...without.map(({ title }) => `${title}: no budget counts its pods`)];
};
