import { z } from 'zod';

/** One environment variable: how it is checked and what `.env.example` says of it. */
export interface Variable<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  description: string;
  /** The commented value in `.env.example`. */
  example: string;
}
const variable = <Schema extends z.ZodType>(schema: Schema, example: string, description: string): Variable<Schema> => ({ schema, example, description });

const port = z.coerce.number().int().min(0).max(65535);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = z.string().transform((value) => value.split(',').map((item) => item.trim()).filter((item) => item.length > 0));
const address = (...protocols: string[]) =>
  z.string().refine((value) => { try { return protocols.includes(new URL(value).protocol); } catch { return false; } },
    { error: `must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}` });
const secret = z.string().refine((value) => new TextEncoder().encode(value).length >= 32, { error: 'must be at least 32 bytes long; make one with: openssl rand -base64 48' });
const http = address('http:', 'https:');
const addresses = list.pipe(z.array(http)).default([]);

/** Every variable that a process reads. Services pick theirs; `.env.example` is generated from this table. */
export const environment = {
  NODE_ENV: variable(z.string().default('development'), 'production', 'production makes the checks of this file strict'),
  PORT: variable(port.default(2001), '2001', 'The port that the process serves on'),
  HOST: variable(z.string().min(1).optional(), '0.0.0.0', 'The address that the process listens on; absent: all interfaces (npm start: 127.0.0.1)'),
  METRICS_PORT: variable(port.default(9464), '9464', 'The internal port of /metrics; 0 takes a free one. Never expose it'),
  METRICS_HOST: variable(z.string().min(1).default('127.0.0.1'), '0.0.0.0', 'The address that /metrics listens on; 0.0.0.0 where a scraper reaches it from outside the host'),
  DATABASE_URL: variable(address('postgres:', 'postgresql:').optional(), 'postgresql://user:password@localhost:5432/chat', 'Postgres 14 or newer; absent: an embedded Postgres under DATA_DIR. DB_URL is an alias'),
  DB_URL: variable(address('postgres:', 'postgresql:').optional(), 'postgresql://user:password@localhost:5432/chat', 'Alias of DATABASE_URL'),
  DATABASE_POOL_SIZE: variable(z.coerce.number().int().min(1).max(200).default(10), '10', 'Connections to Postgres that one service in one process may hold'),
  REDIS_URL: variable(address('redis:', 'rediss:').optional(), 'redis://localhost:6379', 'Redis 7 or newer; may be absent only where one process runs all services'),
  DATA_DIR: variable(z.string().min(1).default('.data'), '.data', 'Where the embedded Postgres, generated secrets and the local inbox live'),
  SECRET_KEY: variable(secret.optional(), 'at-least-32-bytes-from-openssl-rand', 'Signs tokens; at least 32 bytes. Required in production, otherwise generated once under DATA_DIR'),
  SECRET_KEY_PREVIOUS: variable(secret.optional(), 'the-key-before-this-one', 'Accepted beside SECRET_KEY while it is rotated: the key before it, or the one to come (docs/adr/0011). Leave it set for half an hour, so that what it encrypted is moved to the new key'),
  PASSWORD_PEPPER: variable(secret.optional(), 'another-32-bytes-never-the-secret-key', 'Keys the password hashes; at least 32 bytes, kept apart from the database. Absent in production: a warning, and hashes without it'),
  PASSWORD_PEPPER_PREVIOUS: variable(secret.optional(), 'the-pepper-before-this-one', 'Still accepted while PASSWORD_PEPPER is rotated; a sign-in moves the hash to the new one'),
  BCRYPT_COST: variable(z.coerce.number().int().min(4).max(16).default(12), '12', 'Cost of a password hash; less than 12 is refused in production'),
  EXPOSE_OTP: variable(flag.default(false), 'false', 'true is contract mode: replies carry codes, for development only. Refused in production'),
  SMTP_URL: variable(address('smtp:', 'smtps:').optional(), 'smtp://user:password@mail.example.com:587', 'Where mails go; absent in production: they wait in their table; otherwise they go to the inbox under DATA_DIR'),
  MAIL_FROM: variable(z.string().min(3).default('Chat Backend <no-reply@localhost>'), 'Chat <no-reply@example.com>', 'The sender of mails'),
  PUBLIC_URL: variable(http.optional(), 'https://chat.example.com', 'Where people reach the gateway; links in mails start with it. Absent: http://localhost:PORT'),
  CORS_ORIGINS: variable(list.default([]), 'https://app.example.com', 'Origins of web pages that may call the API and open sockets, comma-separated; * allows all. The pages served here may, and apps, which name no origin'),
  TRUST_PROXY: variable(z.string().default(''), 'loopback', 'Proxies whose X-Forwarded-For is believed, by the gateway and by realtime where clients reach it directly: a number of hops, or addresses as Express takes them; absent: none'),
  RATE_LIMIT_FACTOR: variable(z.coerce.number().min(0).default(1), '1', 'Multiplies every rate limit; 0 switches them off, for load tests'),
  SOCKET_BUFFER_BYTES: variable(z.coerce.number().int().min(65_536).default(1_048_576), '1048576', 'What may wait for a socket whose client reads too slowly; over it the socket is ended, and its client comes back and catches up. A whole page of a sync should fit'),
  SOCKET_MAX_AGE_SECONDS: variable(z.coerce.number().min(0).max(604_800).default(0), '3600', 'How long a socket lives at most; it is ended at a random moment of the second half of that, told when to come back, and then comes to any process, also to one that was started since. 0: as long as its session. For several realtime processes behind a load balancer'),
  LOG_LEVEL: variable(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'), 'info', 'The least severe log line that is written'),
  AUDIT_LOG_DAYS: variable(z.coerce.number().int().min(30).max(3650).default(400), '400', 'How many days the audit log keeps an entry; at least 30'),
  UNVERIFIED_ACCOUNT_DAYS: variable(z.coerce.number().int().min(0).max(3650).default(30), '30', 'After how many days an account is deleted whose address nobody verified; 0: never. In contract mode none is'),
  HISTORY_EPOCH: variable(z.string().max(100).default(''), '2026-11-27', 'Give it another value after Postgres went back to a copy of its disk, and clients forget what they had (docs/operations.md)'),
  OPERATOR_TOKEN: variable(secret.optional(), 'a-third-32-bytes-for-operators-alone', 'Opens the board of the mail queue, /board on METRICS_PORT of the processes that run auth; at least 32 bytes. Absent: there is no board'),
  OPERATOR_BOARD_WRITES: variable(flag.default(false), 'false', 'true lets the board change jobs; otherwise it only shows them'),
  DRAIN_SECONDS: variable(z.coerce.number().min(0).max(600).default(15), '15', 'How long a stopping process may finish what is under way'),
  DRAIN_DELAY_SECONDS: variable(z.coerce.number().min(0).max(600).default(0), '3', 'How long a process that is told to stop takes calls on, though /readyz already says no: longer than its load balancer takes to notice (docs/growing.md). 0 where something else waits, as preStop does on Kubernetes'),
  AUTH_URL: variable(addresses, 'http://auth:2001', 'Where the auth processes are, comma-separated, for processes that do not run it; a name with several addresses is as many processes'),
  SOCIAL_GRAPH_URL: variable(addresses, 'http://social-graph:2001', 'Where the social-graph processes are, comma-separated'),
  GROUP_URL: variable(addresses, 'http://group:2001', 'Where the group processes are, comma-separated'),
  MESSAGING_URL: variable(addresses, 'http://messaging-1:2001,http://messaging-2:2001', 'Where the messaging processes are, comma-separated; batches are spread over them by conversation'),
  REALTIME_URL: variable(addresses, 'http://realtime-1:2001,http://realtime-2:2001', 'Where the realtime processes are, comma-separated; the gateway keeps a polling client on one of them'),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof environment;
export type Environment<Names extends VariableName = VariableName> = { [Name in Names]: z.infer<(typeof environment)[Name]['schema']> };

/** The text of `.env.example`. */
export const environmentExample = (): string =>
  [
    '# Every variable that Chat Backend reads. All are optional unless their line says otherwise.',
    '# Those that hold a secret may stand in a file of their own, which the variable with _FILE at its end names: SECRET_KEY_FILE=/run/secrets/key.',
    '# Generated from libs/contracts/src/environment.ts; a test keeps the two equal.',
    ...Object.entries(environment).flatMap(([name, { description, example }]) => ['', `# ${description}`, `# ${name}=${example}`]),
    '',
  ].join('\n');
