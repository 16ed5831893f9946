/** What may hurt the version before, which goes on running while its database is migrated. */
export interface RiskyStatement { statement: string; why: string }

/** Comments apart, as one line each. */
const statementsOf = (sql: string): { text: string; safeBecause: string | undefined }[] => {
  const withoutBodies = sql.replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, `''`);
  return withoutBodies.split(';').map((raw) => ({
    text: raw.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim(),
    safeBecause: /^\s*-- safe: (\S.{9,})$/m.exec(raw)?.[1],
  })).filter(({ text }) => text !== '');
};

const rules: [pattern: RegExp, why: string][] = [
  [/\bdrop (column|table|type|schema|view)\b/i, 'the version before still reads it: take it out of the code first, and drop it a version later'],
  [/\brename\b/i, 'the version before knows only the old name: add the new one, write both, and drop the old one a version later'],
  [/\balter column \S+ (set data )?type\b/i, 'it rewrites the table under a lock that stops everybody: add a column of the new type'],
  [/\balter column \S+ set not null\b/i, 'it reads the whole table under a lock that stops everybody, and the version before may write NULL: add a CHECK (…) NOT VALID and validate it'],
  [/\balter column \S+ drop default\b/i, 'the version before may rely on it'],
  [/\badd column\b(?=[^,]*\bnot null\b)(?![^,]*\bdefault\b)/i, 'the version before writes rows without it: give it a default'],
  [/\badd constraint\b(?!.*\bnot valid\b)/i, 'it reads the whole table under a lock: add it NOT VALID, and validate it in a migration of its own'],
  [/^drop function\b/i, 'the version before still calls it: give the new one another name'],
  [/^(truncate|delete from)\b/i, 'the version before may still need the rows'],
  [/^create (unique )?index (?!concurrently\b)/i, 'it stops all writing to the table until it is built: CREATE INDEX CONCURRENTLY, alone in its migration'],
];

/** Tables that the same migration makes are nobody's yet: whatever is done to them stops nobody. */
const isOfNewTable = (text: string, created: ReadonlySet<string>): boolean => {
  const table = /^(?:alter table (?:only )?|create (?:unique )?index (?:concurrently )?\S+ on (?:only )?)("?[\w.]+"?)/i.exec(text)?.[1];
  return table !== undefined && created.has(table.replaceAll('"', ''));
};

const locksTables = (text: string): boolean => /^(alter table|create (unique )?index (?!concurrently\b)|create trigger|drop\b)/i.test(text);

/**
 * Looks at a migration for what the version before may not survive. A statement is let through by a line `-- safe: why` right before it.
 * @returns what is left, with the way out
 */
export const riskyStatements = (sql: string): RiskyStatement[] => {
  const statements = statementsOf(sql);
  const created = new Set(statements.flatMap(({ text }) => /^create table (?:if not exists )?("?[\w.]+"?)/i.exec(text)?.[1]?.replaceAll('"', '') ?? []));
  const looked = statements.filter(({ text, safeBecause }) => safeBecause === undefined && !isOfNewTable(text, created));
  const risky = looked.flatMap(({ text }) => rules.filter(([pattern]) => pattern.test(text)).map(([, why]) => ({ statement: text.slice(0, 120), why })));
  const locking = statements.find(({ text }) => locksTables(text) && !isOfNewTable(text, created));
  if (locking !== undefined && !statements.some(({ text }) => /^set (local |session )?lock_timeout\b/i.test(text))) {
    risky.push({ statement: locking.text.slice(0, 120), why: `whoever waits for a lock makes everybody wait behind it: begin with SET lock_timeout = '5s'` });
  }
  return risky;
};
