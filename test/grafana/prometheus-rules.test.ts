import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { metricNames } from '../generate/metric-catalogue.js';
import { nodeMetrics } from '../generate/metrics-page.js';
import { alertRulesOf, readPrometheusRules } from '../support/prometheus-rules-file.js';

const groups = await readPrometheusRules();
const alerts = alertRulesOf(groups);

describe('the Prometheus rules about Tocsin', () => {
  it('have names of their own', () => {
    const names = groups.flatMap(({ rules }) =>
      rules.map((rule) => ('alert' in rule ? rule.alert : rule.record)),
    );
    expect(new Set(names).size).to.equal(names.length);
    expect(new Set(groups.map(({ name }) => name)).size).to.equal(groups.length);
  });

  it('ask for nothing that nobody exposes', () => {
    const known = [...metricNames, ...Object.keys(nodeMetrics)];
    for (const { expr } of groups.flatMap(({ rules }) => rules)) {
      expect(known).to.include.members(expr.match(/\b(tocsin|process|nodejs)_\w+/g) ?? []);
    }
  });

  it('alert with a severity, a summary, a description and a runbook', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(['critical', 'warning'], alert).to.include(labels['severity']);
      expect(Object.keys(annotations), alert).to.deep.equal(['summary', 'description', 'runbook_url']);
      expect(annotations['description'], alert).to.match(/\.$/);
      expect(annotations['runbook_url']).to.equal(`docs/runbooks.md#${alert.toLowerCase()}`);
    }
  });

  it('each have a section of the runbooks, which have no others and link to what is there', async () => {
    const page = await readFile('docs/runbooks.md', 'utf8');
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(sections).to.deep.equal(alerts.map(({ alert }) => alert));
    const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(sections.map((title) => title!.toLowerCase())).to.include.members(anchors);
  });
});
