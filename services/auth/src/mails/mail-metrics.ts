import { Counter, Gauge, type Registry } from 'prom-client';
import type { AuthDatabase } from '../db';

export interface MailMetrics { sent: Counter; failed: Counter; close(): void }

const names = { sent: 'mails_sent_total', failed: 'mails_failed_total', waiting: 'mails_waiting' };

export const createMailMetrics = (registry: Registry, database: AuthDatabase): MailMetrics => {
  const registers = [registry];
  const sent = new Counter({ name: names.sent, help: 'Mails that the other side took, sent by this process', registers });
  const failed = new Counter({ name: names.failed, help: 'Mails that this process gave up', registers });
  // Counted in the table when somebody asks: every process says the same.
  new Gauge({
    name: names.waiting, help: 'Mails in the table that are neither sent nor given up', registers,
    async collect() { this.set(await database.tables.mail.count({ where: { status: 'waiting' } })); },
  });
  return { sent, failed, close: () => { for (const name of Object.values(names)) registry.removeSingleMetric(name); } };
};
