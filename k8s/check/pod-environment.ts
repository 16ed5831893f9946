import { nameOf, ofKind, type Manifest, type OfKind, type Workload } from './manifests';

/** A key of a ConfigMap or a Secret that a container takes its variable from. */
export interface Reference { variable: string; from: 'ConfigMap' | 'Secret'; name: string; key: string; isOptional: boolean }

const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

const secretData = ({ data = {}, stringData = {} }: OfKind<'Secret'>): Record<string, string> =>
  ({ ...Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decode(value)])), ...stringData });

export const dataOf = (manifests: readonly Manifest[], from: Reference['from'], name: string): Readonly<Record<string, string>> | undefined => {
  if (from === 'ConfigMap') return ofKind(manifests, from).filter((map) => nameOf(map) === name).map(({ data = {} }) => data)[0];
  return ofKind(manifests, from).filter((secret) => nameOf(secret) === name).map(secretData)[0];
};

/** The variables that a container names one by one. */
export const referencesOf = ({ container }: Workload): Reference[] => (container.env ?? []).flatMap(({ name: variable, valueFrom }): Reference[] => {
  const { secretKeyRef: secret, configMapKeyRef: map } = valueFrom ?? {};
  if (secret !== undefined) return [{ variable, from: 'Secret', name: secret.name ?? '', key: secret.key, isOptional: secret.optional === true }];
  return map === undefined ? [] : [{ variable, from: 'ConfigMap', name: map.name ?? '', key: map.key, isOptional: map.optional === true }];
});

/** The ConfigMaps and Secrets that a container takes whole. */
export const wholeReferencesOf = ({ container }: Workload): Pick<Reference, 'from' | 'name'>[] => (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
  ...(configMapRef === undefined ? [] : [{ from: 'ConfigMap' as const, name: configMapRef.name ?? '' }]),
  ...(secretRef === undefined ? [] : [{ from: 'Secret' as const, name: secretRef.name ?? '' }]),
]);

/** What a container finds in its environment, as Kubernetes puts it together. What is not there to be taken is absent. */
export const environmentOf = (workload: Workload, manifests: readonly Manifest[]): Record<string, string> => {
  const whole = wholeReferencesOf(workload).map(({ from, name }) => dataOf(manifests, from, name) ?? {});
  const literal = (workload.container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  const single = referencesOf(workload).flatMap(({ variable, from, name, key }) => {
    const value = dataOf(manifests, from, name)?.[key];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return { ...Object.assign({}, ...whole) as Record<string, string>, ...Object.fromEntries(literal), ...Object.fromEntries(single) };
};
