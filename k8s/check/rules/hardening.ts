import { nameOf, ofKind, workloadsIn, type Manifest, type Workload } from '../manifests';

const ourUser = 1000;

const containerProblems = ({ title, pod }: Workload): string[] => [...(pod.initContainers ?? []), ...pod.containers].flatMap(({ name, securityContext, resources, volumeMounts = [] }) => {
  const volumes = new Set(pod.volumes?.map((volume) => volume.name));
  return [
    ...(securityContext?.readOnlyRootFilesystem === true ? [] : [`${title}, ${name}: may write to its root file system`]),
    ...(securityContext?.allowPrivilegeEscalation === false ? [] : [`${title}, ${name}: may gain privileges`]),
    ...(securityContext?.privileged === true ? [`${title}, ${name}: is privileged`] : []),
    ...(securityContext?.capabilities?.drop?.includes('ALL') === true && securityContext.capabilities.add === undefined ? [] : [`${title}, ${name}: keeps capabilities`]),
    ...(['cpu', 'memory'] as const).filter((what) => resources?.requests?.[what] === undefined || resources.limits?.[what] === undefined).map((what) => `${title}, ${name}: has no request or no limit of ${what}`),
    ...volumeMounts.filter((mount) => !volumes.has(mount.name) && mount.name !== 'data').map((mount) => `${title}, ${name}: mounts ${mount.name}, which is no volume of it`),
  ];
});

/** Nobody has more than it needs. */
export const hardeningProblems = (manifests: readonly Manifest[]): string[] => workloadsIn(manifests).flatMap((workload) => {
  const { title, pod, isOurs, component } = workload;
  const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext ?? {};
  const account = ofKind(manifests, 'ServiceAccount').find((other) => nameOf(other) === pod.serviceAccountName);
  return [
    ...(runAsNonRoot === true && (isOurs ? runAsUser === ourUser : runAsUser !== undefined && runAsUser > 0) ? [] : [`${title}: runs as the user ${runAsUser}`]),
    ...(seccompProfile?.type === 'RuntimeDefault' ? [] : [`${title}: may make every system call`]),
    ...(pod.automountServiceAccountToken === false ? [] : [`${title}: has a token for Kubernetes`]),
    ...(!isOurs || component === 'all' || account?.automountServiceAccountToken === false ? [] : [`${title}: has no account of its own without a token`]),
    ...(pod.hostNetwork === true || pod.hostPID === true || pod.hostIPC === true ? [`${title}: shares what is the node's`] : []),
    ...containerProblems(workload),
  ];
});
