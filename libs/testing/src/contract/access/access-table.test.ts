import { errorCodes, routeTable, socketEvents } from '@chat-backend/contracts';
import { readAccessTable } from './read-access-table';

describe('the table of who may do what', () => {
  const table = readAccessTable();

  it('has a line for every endpoint and every socket event, and for no other', () => {
    const calls = [...routeTable.map(({ name }) => name), ...Object.keys(socketEvents.fromClient).map((name) => `event ${name}`)];
    expect([...new Set(table.map(({ call }) => call))].toSorted()).toEqual(calls.toSorted());
  });

  it('answers with what there is', () => {
    const known = new Set(['ok', 'none', 'gone', ...Object.keys(errorCodes)]);
    expect(table.flatMap(({ call, what, answers }) => Object.values(answers).filter((answer) => !known.has(answer)).map((answer) => ({ call, what, answer })))).toEqual([]);
  });

  it('says each thing once', () => {
    const lines = table.map(({ call, what }) => `${call}: ${what}`);
    expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
  });
});
