import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestRedis } from '@chat-backend/testing';
import { parse } from 'yaml';
import { startPostgres } from '../postgres/start-postgres';
import { startChatters } from '../product/chatters';
import { repositoryRoot, startProduct } from '../product/start-product';
import { findPromtool } from './find-promtool';

interface Rule { alert?: string; record?: string; expr: string; annotations?: { runbook: string } }
interface RuleTest { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }
interface Panel { type: string; title: string; targets?: { expr: string }[] }

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const folder = join(repositoryRoot, 'deploy/prometheus');
const rules = (parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const alerts = rules.flatMap(({ alert, annotations }) => (alert === undefined ? [] : [{ alert, runbook: annotations?.runbook }]));
const { panels } = JSON.parse(read('deploy/grafana/dashboards/chat-backend.json')) as { panels: Panel[] };

/** Names in an expression that are neither functions, labels, nor words of the language. */
const metricsIn = (expression: string): string[] =>
  [...expression.replace(/"[^"]*"/g, '').replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ').replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ').matchAll(/[a-zA-Z_][\w:]*(?!\w*\s*\()/g)]
    .map(([name]) => name).filter((name) => !['and', 'or', 'unless', 'by'].includes(name));

/** What Prometheus makes itself: the rules' records, and whether a target answers. */
const madeByPrometheus = new Set(['up', ...rules.flatMap(({ record }) => record ?? [])]);

describe('the alerts', () => {
  it('are rules and a configuration that Prometheus takes', async () => {
    const promtool = await findPromtool();
    await promisify(execFile)(promtool, ['check', 'config', 'prometheus.yml'], { cwd: folder });
  });

  it('fire where they must, and are silent where they must', async () => {
    const { stdout } = await promisify(execFile)(await findPromtool(), ['test', 'rules', 'alerts.test.yml'], { cwd: folder })
      .catch((error: unknown) => { const { stdout: told, stderr } = error as { stdout: string; stderr: string }; throw new Error(told + stderr, { cause: error }); });
    expect(stdout).toContain('SUCCESS');
    const tried = (parse(read('deploy/prometheus/alerts.test.yml')) as { tests: RuleTest[] }).tests.flatMap((test) => test.alert_rule_test);
    const untried = (fires: boolean): string[] =>
      alerts.filter(({ alert }) => !tried.some(({ alertname, exp_alerts: expected }) => alertname === alert && expected.length > 0 === fires)).map(({ alert }) => alert);
    expect({ neverFires: untried(true), neverSilent: untried(false) }).toEqual({ neverFires: [], neverSilent: [] });
  });

  it('have a runbook each, and each runbook its alert', () => {
    const sections = [...read('docs/runbooks.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(alerts.map(({ alert }) => alert));
    expect(alerts.map(({ runbook }) => runbook)).toEqual(alerts.map(({ alert }) => `docs/runbooks.md#${alert.toLowerCase()}`));
  });

  it('and the dashboard, with a row for each service, name what a running product exports', async () => {
    const [postgres, redis] = await Promise.all([startPostgres(), startTestRedis()]);
    const product = await startProduct({ databaseUrl: postgres.url, redisUrl: redis.url, dataDir: mkdtempSync(join(tmpdir(), 'operations-alerts-')) });
    const chatters = await startChatters(product.url);
    await chatters.more(5);
    const text = await (await fetch(product.metricsUrl)).text();
    const exported = new Set([...text.matchAll(/^([a-zA-Z_]\w*)(?:\{| )/gm)].map(([, name]) => name));
    for (const name of [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, declared]) => declared)) exported.add(name);
    await chatters.close();
    await product.stop();
    await Promise.all([postgres.stop(), redis.stop()]);

    const figures = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr })));
    const named = [...rules.map(({ alert, record, expr }) => ({ where: alert ?? record ?? '', expr })), ...figures]
      .flatMap(({ where, expr }) => metricsIn(expr).map((metric) => ({ where, metric })));
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter(({ metric }) => !madeByPrometheus.has(metric) && !exported.has(metric))).toEqual([]);
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual(['All processes', 'gateway', 'auth', 'social-graph', 'group', 'messaging', 'realtime']);
  });
});
