import type { Cluster } from '../cluster/start-cluster';

/**
 * Changes a piece of a function in this run's database, which must be there exactly once.
 * @throws Error when it is not: the function has changed, and the mutant must follow it
 */
export const mutateFunction = async (query: Cluster['query'], name: string, find: RegExp, replace: string): Promise<void> => {
  const [row] = await query<{ definition: string }>('select pg_get_functiondef($1::regproc) as definition', [name]);
  const definition = row?.definition ?? '';
  const matches = [...definition.matchAll(new RegExp(find, 'g'))].length;
  if (matches !== 1) throw new Error(`The mutant of ${name} fits ${matches} times; it must fit once. The function has changed: change faults/src/mutants with it.`);
  await query(definition.replace(find, replace));
};
