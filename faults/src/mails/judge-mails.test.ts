import { judgeMails } from './judge-mails';

const [ada, ben] = ['ada@example.com', 'ben@example.com'] as const;
const once = [{ to: ada, code: '111111' }, { to: ben, code: '222222' }];
const clean = { missing: [], doubled: 0, tooMany: [], otherCode: [] };

describe('the judge of mails', () => {
  it('finds nothing where each arrived once', () => { expect(judgeMails([ada, ben], once)).toEqual(clean); });

  it('finds one that is missing', () => { expect(judgeMails([ada, ben], once.slice(1))).toEqual({ ...clean, missing: [ada] }); });

  it('counts what came twice with the same code', () => {
    expect(judgeMails([ada, ben], [...once, { to: ada, code: '111111' }])).toEqual({ ...clean, doubled: 1 });
  });

  it('finds what came three times', () => {
    expect(judgeMails([ada, ben], [...once, { to: ada, code: '111111' }, { to: ada, code: '111111' }])).toEqual({ ...clean, doubled: 2, tooMany: [ada] });
  });

  it('finds another code, and no code', () => {
    expect(judgeMails([ada, ben], [...once, { to: ada, code: '333333' }])).toEqual({ ...clean, doubled: 1, otherCode: [ada] });
    expect(judgeMails([ada], [{ to: ada, code: '' }])).toEqual({ ...clean, otherCode: [ada] });
  });
});
