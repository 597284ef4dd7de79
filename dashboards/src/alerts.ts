// The figures at the head of a page, and the table of alerts: what, where, since when, what to do.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { statPanel, type Place } from './panels';
import { activityLabels, colours, inks, inkSteps, notShown, saying, severities, wrongFromOne } from './look';
import { byCheck, countOf, firing, ofHosts, ofSites, targetsOfHosts, targetsOfSites, watchdog, withPlace } from './queries';
import { tablePanel, type Column } from './table';
import { alertNames } from './texts';
import type { Words } from './words';

export type Scope = 'sites' | 'hosts';

// Four figures, four columns wide each: bad, unknown, silent hosts, alerts that page.
export function headline(words: Words, scope: Scope) {
  const [of, level, targets] = scope === 'sites'
    ? [ofSites, 'site', targetsOfSites] as const : [ofHosts, 'host', targetsOfHosts] as const;
  const at = (x: number): Place => ({ x, y: 0, w: 4, h: 3 });
  const count = (name: string) => `sum(${of(`${level}:${name}:count`)})`;
  const critical = of('ALERTS', `${firing},severity="critical"`);
  return [
    statPanel(words, {
      title: 'bad_now_title', description: 'bad_now_help', at: at(0), decimals: 0, unit: 'prefix:✕ ',
      expr: count('ght_check_bad'), mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.bad),
    }),
    statPanel(words, {
      title: 'unknown_now_title', description: 'unknown_now_help', at: at(4), decimals: 0, unit: 'prefix:? ',
      expr: count('ght_check_unknown'), mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.unknown),
    }),
    statPanel(words, {
      title: 'silent_title', description: 'silent_help', at: at(8), decimals: 0, unit: 'prefix:○ ',
      expr: scope === 'sites' ? count('ght_host_silent') : `sum(${of('host:ght_agent_silent:bool')})`,
      mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.silent),
    }),
    statPanel(words, {
      title: 'critical_title', description: 'critical_help', at: at(12), decimals: 0, unit: 'prefix:✕ ',
      expr: countOf(critical, `(${watchdog} and on() ${targets})`), mappings: saying(words, { 0: { text: 'none_open' } }), thresholds: wrongFromOne(colours.bad),
    }),
  ];
}

function alertLabels(words: Words, kind: 'name' | 'action') {
  const options = Object.fromEntries(alertNames.map((name, index) => [name, { text: words.text(`${kind}_${name}`), index }]));
  return [{ type: dashboard.MappingType.ValueToText, options } as const];
}

// Alerts that fire. Their value is when they became active; budget and title are those of the check, if it is one of a check.
export function alertTable(words: Words, panel: { scope: Scope; at: Place }) {
  const of = panel.scope === 'sites' ? ofSites : ofHosts;
  const labels = `alertname,severity,${byCheck}`;
  const open = of('ALERTS', `${firing},severity=~"critical|warning"`);
  const since = `max by(${labels}) (${of('ALERTS_FOR_STATE')} * 1000 and ignoring(alertstate) ${open})`;
  const onCheck = 'on(ght,establishment,site,host,check)';
  const budget = `max by(${labels}) (${open} * ${onCheck} group_left() ${of('check:ght_sla_budget_remaining_minutes:month')})`;
  const title = `max by(${labels},title) (${open} * ${onCheck} group_left(title) max by(ght,establishment,site,host,check,title) (${of('ght_check_info')}))`;
  // Nobody evaluates the rules: that is a row of its own, so that an empty table proves something.
  const blind = `sum by(${labels}) (label_replace(absent(${watchdog}), "severity", "critical", "", "")) * NaN`;
  const todo = withPlace(`label_replace(${since} or ${blind}, "todo", "$1", "alertname", "(.+)")`);
  const activity: Column = { from: 'activity', title: 'column_activity', width: 125,
    mappings: [...activityLabels(words, 'short'), ...notShown(words, 'several_activities')] };
  const columns: Column[] = [
    { from: 'severity', title: 'column_severity', width: 125, mappings: severities(words), coloured: 'background' },
    { from: 'alertname', title: 'column_alert', width: 205, mappings: alertLabels(words, 'name') },
    { from: 'place', title: 'column_site', width: 190, mappings: saying(words, { ' · ': { text: 'whole_group' } }) },
    { from: 'host', title: 'column_host', width: 125, mappings: notShown(words, 'whole_place') },
    { from: 'title', title: 'column_check', mappings: notShown(words, 'whole_host') },
    { from: '=A', title: 'column_since', width: 105, unit: words.text('unit_moment') },
    { from: '=B', title: 'column_budget', width: 108, unit: words.text('unit_minutes'), decimals: 0, align: 'right',
      mappings: notShown(words, 'dash', inks.plain), coloured: 'text', thresholds: inkSteps([-1e9, inks.bad], [0, inks.plain]) },
    // The narrow screen of the on-call page has no room for it.
    ...(panel.scope === 'sites' ? [activity] : []),
    { from: 'todo', title: 'column_todo', mappings: alertLabels(words, 'action'),
      link: { title: 'link_runbook', url: `\${runbooks}/\${__value.raw}?lang=${words.language}` } },
  ];
  return tablePanel(words, {
    title: 'alerts_title', description: 'alerts_help', at: panel.at,
    queries: { A: todo, B: budget, C: title }, columns,
    sort: [{ column: 'column_severity', descending: false }, { column: 'column_since', descending: false }],
  }).noValue(words.text('none_open_alerts'));
}
