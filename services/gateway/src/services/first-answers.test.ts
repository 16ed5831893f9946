import { createFirstAnswers } from './first-answers';

describe('a gateway that starts', () => {
  it('waits until each service has answered once, and not for one that is away later', async () => {
    const away = new Set(['auth', 'group']);
    const routes = ['auth', 'group', 'messaging'].map((name) => ({ notReady: async () => (away.has(name) ? [`${name} is away`] : []) }));
    const notReady = createFirstAnswers(routes);
    expect(await notReady()).toEqual(['auth is away', 'group is away']);
    away.clear();
    away.add('group').add('messaging');
    expect(await notReady()).toEqual(['group is away']);
    away.delete('group');
    expect(await notReady()).toEqual([]);
    for (const name of ['auth', 'group', 'messaging']) away.add(name);
    expect(await notReady()).toEqual([]);
  });
});
