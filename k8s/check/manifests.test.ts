import { expectedOf, problemsIn } from './check';
import { ofKind } from './manifests';
import { asManifests, schemaProblems } from './models';
import { buildOverlay, overlayNames } from './overlay';
import { typeProblems } from './types';

describe.each(overlayNames)('the overlay %s', (name) => {
  const documents = buildOverlay(name);

  it('is what the schemas of Kubernetes take', () => {
    expect(documents.length).toBeGreaterThan(2);
    expect(documents.flatMap(schemaProblems)).toEqual([]);
  });

  it('fits together', () => {
    expect(problemsIn(asManifests(documents), expectedOf[name])).toEqual([]);
  });
});

it('no overlay has a field that Kubernetes does not know', () => {
  expect(typeProblems(Object.fromEntries(overlayNames.map((name) => [name, asManifests(buildOverlay(name))])))).toEqual([]);
});

it('each service is there with everything that a service has', () => {
  const manifests = asManifests(buildOverlay('prod'));
  const count = (kind: Parameters<typeof ofKind>[1]): number => ofKind(manifests, kind).length;
  expect([count('Deployment'), count('HorizontalPodAutoscaler'), count('PodDisruptionBudget'), count('Job'), count('Ingress')]).toEqual([6, 6, 6, 1, 2]);
  expect([count('Service'), count('ServiceAccount'), count('NetworkPolicy')]).toEqual([7, 7, 8]);
});
