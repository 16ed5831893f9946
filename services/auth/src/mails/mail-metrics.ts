import { createStoredGauge } from '@chat-backend/service-kit';
import { Counter, type Registry } from 'prom-client';
import { noticeKinds } from '../challenges/link-token';
import type { AuthDatabase } from '../db';

export interface MailMetrics { sent: Counter; failed: Counter; close(): void }

const names = {
  sent: 'mails_sent_total', failed: 'mails_failed_total', waiting: 'mails_waiting', oldest: 'mails_oldest_waiting_seconds', givenUp: 'mails_given_up',
};

export const createMailMetrics = (registry: Registry, { tables: { mail } }: Pick<AuthDatabase, 'tables'>): MailMetrics => {
  const registers = [registry];
  const sent = new Counter({ name: names.sent, help: 'Mails that the other side took, sent by this process', registers });
  const failed = new Counter({ name: names.failed, help: 'Mails that this process gave up', registers });
  // Looked up in the table when somebody asks: every process says the same.
  createStoredGauge({
    registry, name: names.waiting, help: 'Mails in the table that are neither sent nor given up', read: () => mail.count({ where: { status: 'waiting' } }),
  });
  createStoredGauge({
    // A notice may wait for its receiver's server for a day, and nobody waits for it.
    registry, name: names.oldest, help: 'Age of the oldest of them that carries a code; 0 when none waits',
    read: async () => {
      const oldest = await mail.findFirst({ where: { status: 'waiting', kind: { notIn: [...noticeKinds] } }, orderBy: { createdAt: 'asc' }, select: { createdAt: true } });
      return oldest === null ? 0 : (Date.now() - oldest.createdAt.getTime()) / 1_000;
    },
  });
  createStoredGauge({ registry, name: names.givenUp, help: 'Mails in the table that were given up', read: () => mail.count({ where: { status: 'failed' } }) });
  return { sent, failed, close: () => { for (const name of Object.values(names)) registry.removeSingleMetric(name); } };
};
