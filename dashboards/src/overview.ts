// GHT overview: the six activities, the sites, the alerts that are open.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { alertTable, headline } from './alerts';
import { carried, frame, uid } from './frame';
import { activityLabels, colours, inks, inkSteps, notShown, saying, states, steps, verdicts } from './look';
import { curvesPanel, notePanel, statPanel } from './panels';
import { bySite, monthVerdict, noLevel, ofSites, orNotShown, stateCode, targetsOfSites, withPlace } from './queries';
import { type Column, tablePanel } from './table';
import type { Activity, TextKey, Words } from './words';

// All six activities, in the order of their numbers, whether or not there is evidence of them.
function allActivities(words: Words): string {
  const each = words.activities().map((slug, index) => `label_replace(vector(${index + 1}),"activity","${slug}","","")`);
  return `sort(${each.join(' or ')})`;
}

// The state now of what `by` tells apart. Hosts that owe proof and bring none count as unknown; what is neither
// good, bad nor unknown is excluded (maintenance, out of hours).
export function stateNow(by: string, more: string): string {
  const sum = (name: string, matchers = '') => `sum by(${by}) (${ofSites(name, [more, matchers].filter(Boolean).join(','))})`;
  const bad = sum('site_activity:ght_check_bad:count');
  const unknown = sum('site_activity:ght_check_unknown:count');
  const good = sum('ght_check_state', 'state="good"');
  const owed = `(${sum('site_activity:ght_hosts_expected:count')} - ${sum('site_activity:ght_hosts_proven:count')})`;
  const missing = `((${unknown} + ${owed}) or ${unknown})`;
  return `clamp_max(${stateCode.bad} * (${bad} > bool 0) + (${missing} > bool 0), ${stateCode.bad})`
    + ` + ${stateCode.excluded} * ((${bad} + ${missing} + ${good}) == bool 0)`;
}

// Pooled over the checks of the places chosen; nothing when nothing was committed.
export function pooled(by: string, states: string, more = ''): string {
  const seconds = (matcher: string) => `sum by(${by}) (${ofSites('site_activity:ght_sla_seconds:month', `${matcher}${more}`)})`;
  return `${seconds(`state=~"${states}"`)} / (${seconds('state=~"good|bad|unknown"')} > 0)`;
}

function verdictOf(by: string, window: string, more = ''): string {
  const committed = `sum by(${by}) (${ofSites(`site_activity:ght_sla_seconds:${window}`, `state=~"good|bad|unknown"${more}`)}) > 0`;
  const worst = (name: string) => `min by(${by}) (${ofSites(name, more.replace(/^,/, ''))})`;
  const verdict = worst(`site_activity:ght_sla_verdict:${window}`);
  // The month before is over: what is undetermined in it stays so.
  const left = window === 'month' ? worst('site_activity:ght_sla_budget_remaining_minutes:worst') : `${verdict} * 0 - 1`;
  // A host of which nothing is known has no level that could be undetermined: only where a level is known is there a verdict.
  const known = worst('site_activity:ght_sla_guaranteed_ratio:max');
  return monthVerdict(`${verdict} and on(${by}) ${known}`, left, committed, by);
}

function sixActivities(words: Words): ReturnType<typeof tablePanel> {
  const rows = allActivities(words);
  const shown = (expr: string) => orNotShown(expr, rows, 'activity');
  const sum = (name: string) => `sum by(activity) (${ofSites(name)})`;
  const owed = `${sum('site_activity:ght_hosts_expected:count')} - ${sum('site_activity:ght_hosts_proven:count')}`;
  const committed = sum('site_activity:ght_sla_seconds:month');
  const levelled = (expr: string) => `(${expr}) or on(activity) (${committed}) * 0 + ${noLevel}`;
  const level = (text: TextKey) => saying(words, { [noLevel]: { text, colour: inks.plain } }, 'not_demonstrated', inks.plain);
  const worst = pooled('activity,establishment,site', 'good');
  const ratio = { unit: 'percentunit', decimals: 3, align: 'right' } as const;
  return tablePanel(words, {
    title: 'six_title', description: 'six_help', at: { x: 0, y: 3, w: 24, h: 8 },
    queries: {
      A: rows,
      B: shown(stateNow('activity', '')),
      C: shown(pooled('activity', 'good')),
      D: shown(pooled('activity', 'good|unknown')),
      E: shown(levelled(`max by(activity) (${ofSites('site_activity:ght_sla_guaranteed_ratio:max')})`)),
      F: shown(verdictOf('activity', 'month')),
      G: shown(levelled(`min by(activity) (${ofSites('site_activity:ght_sla_budget_remaining_minutes:worst')})`)),
      H: shown(pooled('activity', 'good|bad')),
      I: shown(owed),
      J: shown(sum('site_activity:ght_hosts_expected:count')),
      K: shown(verdictOf('activity', 'previous_month')),
      L: withPlace(`bottomk by(activity) (1, (${worst}) < 1)`),
    },
    columns: [
      { from: 'activity', title: 'column_activity', width: 298, mappings: activityLabels(words) },
      { from: '=B', title: 'column_now', width: 110, mappings: states(words), coloured: 'background' },
      { from: '=F', title: 'column_verdict', width: 120, mappings: verdicts(words), coloured: 'background' },
      { from: '=C', title: 'column_lower', ...ratio },
      { from: '=D', title: 'column_upper', ...ratio },
      { from: '=E', title: 'column_guaranteed', ...ratio, mappings: level('no_level') },
      { from: '=G', title: 'column_budget', unit: words.text('unit_minutes'), decimals: 0, align: 'right',
        mappings: level('dash'), coloured: 'text', thresholds: inkSteps([-1e9, inks.bad], [0, inks.plain]) },
      { from: '=H', title: 'column_coverage', ...ratio },
      { from: '=I', title: 'column_without_proof', align: 'right', decimals: 0,
        unit: 'prefix:? ', mappings: saying(words, { 0: { text: 'none_missing' } }) },
      { from: '=J', title: 'column_expected', align: 'right', decimals: 0 },
      { from: 'place', title: 'column_worst_site', width: 190, mappings: notShown(words, 'dash') },
      { from: '=K', title: 'column_verdict_before', width: 110, mappings: verdicts(words, 'ink'), coloured: 'text' },
    ],
  });
}

// One row a site that Prometheus knows, one column an activity.
function matrix(words: Words, kind: 'now' | 'month', y: number): ReturnType<typeof tablePanel> {
  const rows = `group by(${bySite}) (${targetsOfSites})`;
  const letters = 'BCDEFG';
  const queries: Record<string, string> = { A: rows };
  const columns: Column[] = [
    { from: 'establishment', title: 'column_establishment', width: 130 },
    { from: 'site', title: 'column_site', width: 80, link: { title: 'link_oncall', url: siteLink(words) } },
  ];
  words.activities().forEach((slug: Activity, index) => {
    const letter = letters[index] ?? '';
    const code = kind === 'now' ? stateNow(bySite, `activity="${slug}"`) : verdictOf(bySite, 'month', `,activity="${slug}"`);
    queries[letter] = orNotShown(code, rows, bySite);
    columns.push({
      from: `=${letter}`, title: { shown: words.shortActivity(slug) }, coloured: 'background',
      mappings: kind === 'now' ? states(words) : verdicts(words),
    });
  });
  return tablePanel(words, {
    title: kind === 'now' ? 'matrix_now_title' : 'matrix_month_title',
    description: kind === 'now' ? 'matrix_now_help' : 'matrix_month_help',
    at: { x: kind === 'now' ? 0 : 12, y, w: 12, h: 7 },
    queries, columns, 
    sort: [{ column: 'column_establishment', descending: false }, { column: 'column_site', descending: false }],
  });
}

const siteLink = (words: Words) => `/d/${uid('oncall', words)}?var-establishment=\${__data.fields.establishment}&var-site=\${__data.fields.site}&${carried}`;

function curves(words: Words, y: number) {
  const labels: ReadonlyArray<{ name: string; properties: dashboard.DynamicConfigValue[] }> = words.activities()
    .map((slug) => ({ name: slug, properties: [{ id: 'displayName', value: words.activity(slug) }] }));
  const lower = curvesPanel(words, {
    title: 'lower_title', description: 'lower_help', at: { x: 0, y, w: 12, h: 8 }, unit: 'percentunit', decimals: 2, max: 1,
    queries: [{ expr: pooled('activity', 'good'), legend: '{{activity}}' }], overrides: labels,
  });
  const bad = curvesPanel(words, {
    title: 'bad_title', description: 'bad_help', at: { x: 12, y, w: 12, h: 8 }, unit: 'short', decimals: 0, min: 0, stacked: true,
    queries: [{ expr: ofSites('site:ght_check_bad:count'), legend: '{{establishment}} · {{site}}' }],
  });
  return [lower, bad];
}

export function overview(words: Words): dashboard.Dashboard {
  const board = frame(words, {
    page: 'overview', title: 'overview_name', description: 'overview_help', from: 'now-7d', refresh: '1m', hosts: false,
  });
  for (const panel of headline(words, 'sites')) board.withPanel(panel);
  board.withPanel(statPanel(words, {
    title: 'proof_title', description: 'proof_help', at: { x: 16, y: 0, w: 4, h: 3 }, unit: 'percentunit', decimals: 0,
    expr: `sum(${ofSites('site_activity:ght_hosts_proven:count')}) / sum(${ofSites('site_activity:ght_hosts_expected:count')})`,
    thresholds: steps([0, colours.unknown], [1, colours.good]),
  }));
  board.withPanel(statPanel(words, {
    title: 'worst_title', description: 'worst_help', at: { x: 20, y: 0, w: 4, h: 3 },
    unit: words.text('unit_minutes'), decimals: 0,
    expr: `bottomk(1, ${ofSites('site:ght_sla_budget_remaining_minutes:worst')})`, legend: '{{site}}',
    mappings: notShown(words), thresholds: steps([-1e9, colours.bad], [0, colours.excluded]),
  }));
  board.withPanel(sixActivities(words));
  board.withPanel(matrix(words, 'now', 11));
  board.withPanel(matrix(words, 'month', 11));
  board.withPanel(alertTable(words, { scope: 'sites', at: { x: 0, y: 18, w: 24, h: 8 } }));
  for (const panel of curves(words, 26)) board.withPanel(panel);
  board.withPanel(notePanel(words, {
    title: 'reading_title', description: 'reading_help', content: 'reading_text', at: { x: 0, y: 34, w: 24, h: 5 },
  }));
  return board.build();
}

