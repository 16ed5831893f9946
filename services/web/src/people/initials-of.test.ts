import { initialsOf } from './initials-of';

it.each([
  ['Ada Lovelace', 'AL'], ['ada', 'AD'], ['  Bo   Li Nakamura ', 'BL'], ['x', 'X'], ['Bo 🧑‍🚀', 'B🧑'], ['👩‍👩‍👧 family', '👩F'], ['عبد الرحمن', 'عا'], ['', ''],
])('%j is shown as %j', (name, initials) => { expect(initialsOf(name)).toBe(initials); });
