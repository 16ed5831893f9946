import type { ViolationKind } from '../checker/violations';
import type { Patch } from '../cluster/copy-product';
import type { Cluster } from '../cluster/start-cluster';
import type { FaultPlan } from '../faults/plan-faults';
import { mutateFunction } from './mutate-function';

/** The product with one safeguard switched off, in a copy of its code or in its run's database. */
export interface Mutant {
  name: string;
  what: string;
  patches?: readonly Omit<Patch, 'name'>[];
  changeDatabase?: (query: Cluster['query']) => Promise<void>;
  /** The faults that expose it. */
  plan: FaultPlan;
  messages: number;
  atLeastMs?: number;
  /** The checker must find one of these. Others may come with them. */
  caughtBy: readonly ViolationKind[];
}

const numbering = /a\.last_seq - count\(\*\) over \(partition by n\.conversation_id\)\s+\+ row_number\(\) over \(partition by n\.conversation_id order by n\.position\) as seq/;

/** A sequence for each conversation. Made by its owner, as services may not. */
const sequenceFunction = `
  create function faults_next_number(conversation uuid) returns bigint language plpgsql security definer as $function$
  declare sequence text := 'faults_' || replace(conversation::text, '-', '');
  begin
    if to_regclass(sequence) is null then execute format('create sequence %I', sequence); end if;
    return nextval(sequence);
  end $function$`;

export const mutants: readonly Mutant[] = [
  {
    name: 'deduplication-off', what: 'a message that is sent again is stored again',
    async changeDatabase(query) {
      await query('drop index messages_conversation_id_sender_id_client_message_id_key');
      await mutateFunction(query, 'send_batch', /and m\.client_message_id = e\.client_message_id limit 1/, 'and false limit 1');
    },
    plan: { kinds: ['crash'], kills: 6, targets: ['after-commit'] }, messages: 800, caughtBy: ['storedTwice'],
  },
  {
    name: 'early-acknowledgement', what: 'senders are answered a quarter of a second before their messages are committed',
    patches: [{
      file: 'services/messaging/dist/messages/store-entries.js',
      find: 'const { rows } = await pool.query({ name: \'send-batch\'',
      replace: `const early = await pool.connect(); await early.query('begin');
        setTimeout(() => { early.query('commit').then(() => early.release(), (error) => early.release(error)); }, 250);
        const { rows } = await early.query({ name: 'send-batch'`,
    }],
    plan: { kinds: ['kill'], kills: 3, targets: ['messaging'] }, messages: 800, caughtBy: ['lost'],
  },
  {
    name: 'outbox-off', what: 'what was committed and not pushed is not noted',
    changeDatabase: (query) => mutateFunction(query, 'send_batch', /from numbered having count\(\*\) > 0/, 'from numbered having false'),
    // Few messages: another one in the same conversation would bring what is missing along.
    plan: { kinds: ['crash'], kills: 9, targets: ['after-commit'] }, messages: 60, atLeastMs: 14_000, caughtBy: ['late', 'lost'],
  },
  {
    name: 'catch-up-off', what: 'who reads on with afterSeq gets nothing',
    patches: [{
      file: 'services/messaging/dist/messages/get-messages.js',
      find: 'return { data: rows.map(committed_message_1.storedFrom) };',
      replace: 'return { data: body.afterSeq === undefined ? rows.map(committed_message_1.storedFrom) : [] };',
    }],
    plan: { kinds: ['kill'], kills: 2, targets: ['realtime'] }, messages: 800, caughtBy: ['late', 'lost'],
  },
  {
    name: 'sync-off', what: 'who syncs hears that nothing is missing',
    patches: [{
      file: 'services/messaging/dist/catch-up/read-conversation-pages.js',
      find: 'const { lastSeq, lastRevision, lastReadSeq } = state;',
      replace: 'const { lastRevision, lastReadSeq } = state; const lastSeq = afterSeq; messageRows = [];',
    }],
    plan: { kinds: ['kill'], kills: 2, targets: ['realtime'] }, messages: 800, caughtBy: ['late', 'lost'],
  },
  {
    name: 'sequence-numbers', what: 'messages are numbered by a Postgres sequence for each conversation',
    async changeDatabase(query) {
      await query(sequenceFunction);
      await mutateFunction(query, 'send_batch', numbering, 'faults_next_number(n.conversation_id) as seq');
    },
    plan: { kinds: ['kill'], kills: 2, targets: ['postgres'] }, messages: 800, caughtBy: ['gap'],
  },
  {
    name: 'order-guard-off', what: 'a realtime process emits whatever comes, as it comes',
    patches: [{
      file: 'services/realtime/dist/pushing/push-messages.js',
      find: 'if (order.isBehind(push.conversationId, seq))', replace: 'if (seq > 0) { take(push, rooms, taken); return true; } if (order.isBehind(push.conversationId, seq))',
    }],
    plan: { kinds: ['kill'], kills: 2, targets: ['realtime'] }, messages: 2_000, caughtBy: ['reordered', 'doubled'],
  },
];
