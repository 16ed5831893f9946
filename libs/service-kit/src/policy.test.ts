import { enforce, firstReason, ownOnly, type PoliciesOf } from './policy';
import { Refusal } from './refusal';

describe('a policy', () => {
  it('gives the first reason that applies, or none', () => {
    expect(firstReason([false, 'USER_NOT_FOUND'], [true, 'NOT_FRIENDS'], [true, 'NOT_A_MEMBER'])).toBe('NOT_FRIENDS');
    expect(firstReason([false, 'USER_NOT_FOUND'])).toBeUndefined();
  });

  it('refuses with its reason, and else lets pass', () => {
    expect(() => enforce('NOT_FRIENDS')).toThrow(new Refusal('NOT_FRIENDS'));
    expect(() => enforce(undefined)).not.toThrow();
  });

  it('is there for every endpoint of a service, or the service does not compile', () => {
    // @ts-expect-error the other endpoints of the group service are missing
    const incomplete = { 'create-group': ownOnly } satisfies PoliciesOf<'group'>;
    expect(Object.keys(incomplete)).toEqual(['create-group']);
  });
});
