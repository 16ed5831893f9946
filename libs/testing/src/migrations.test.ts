import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsFolder } from '@chat-backend/database';
import { riskyStatements } from './risky-statements';

/** Those that the previous release has brought already (operations/previous-release.json): nothing runs beside them any more. */
const lastOfPreviousRelease = (JSON.parse(readFileSync(join(__dirname, '../../../operations/previous-release.json'), 'utf8')) as { lastMigration: string }).lastMigration;
const timeout = `set lock_timeout = '5s'; `;

describe('a migration keeps the version before running', () => {
  const names = readdirSync(migrationsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

  it('each since the previous release does, or says why a statement is safe', () => {
    expect(names).toContain(lastOfPreviousRelease);
    const risky = names.filter((name) => name > lastOfPreviousRelease)
      .flatMap((name) => riskyStatements(readFileSync(join(migrationsFolder, name, 'migration.sql'), 'utf8')).map((one) => ({ name, ...one })));
    expect(risky).toEqual([]);
  });

  it.each([
    ['alter table users drop column about', /drop it a version later/],
    ['alter table users rename column about to bio', /only the old name/],
    ['alter table "users" alter column "age" set data type bigint', /rewrites the table/],
    ['alter table users alter column age set not null', /NOT VALID/],
    ['alter table users add column language text not null', /give it a default/],
    ['alter table users add constraint adult check (age > 17)', /validate it/],
    ['create index users_age_idx on users (age)', /CONCURRENTLY/],
    ['create unique index users_age_idx on users (age)', /CONCURRENTLY/],
    ['drop function send_batch(json)', /still calls it/],
    ['delete from mails', /need the rows/],
    ['drop table mails', /a version later/],
  ])('%s is refused, with the way out', (statement, why) => {
    expect(riskyStatements(`${timeout}${statement};`).map((one) => one.why)).toEqual([expect.stringMatching(why)]);
  });

  it('a lock that is waited for without an end is refused', () => {
    const sql = 'alter table users add column language text;';
    expect(riskyStatements(sql).map((one) => one.why)).toEqual([expect.stringMatching(/lock_timeout/)]);
    expect(riskyStatements(timeout + sql)).toEqual([]);
  });

  it.each([
    ['what the version before does not see', 'alter table users add column language text; alter table users add column n integer not null default 0;'],
    ['indexes that stop nobody', 'create index concurrently users_age_idx on users (age);'],
    ['a table that the migration itself makes', 'create table "tags" (id uuid not null); create index tags_idx on "tags" (id); alter table "tags" add constraint f foreign key (id) references users (id);'],
    ['the inside of a function', 'create or replace function f() returns void language plpgsql as $$ begin delete from mails; end $$;'],
    ['what is said to be safe, and why', '-- safe: nobody has ever read or written it\nalter table users drop column about;'],
  ])('%s passes', (_what, sql) => { expect(riskyStatements(timeout + sql)).toEqual([]); });

  it('a reason that says nothing lets nothing through', () => {
    expect(riskyStatements(`${timeout}-- safe: yes\ndrop table mails;`)).toHaveLength(1);
  });
});
