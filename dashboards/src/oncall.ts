// On-call: one screen for 3 a.m. What is bad now, since when, what to do, and the last backups.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { alertTable, headline } from './alerts';
import { backupTable, backupsOf } from './backup_queries';
import { frame } from './frame';
import { colours, notShown, saying, states, steps, wrongFromOne } from './look';
import { statPanel } from './panels';
import { byCheck, byHost, countOf, ofHosts, stateCode, targetsOfHosts, watchdog, withPlace } from './queries';
import { tablePanel } from './table';
import type { Words } from './words';

// Checks that are bad or unknown, hosts that do not answer, and, if there is no target at all, a row that says so.
function trouble(words: Words) {
  const inState = (state: string) => `max by(${byCheck}) (${ofHosts('ght_check_state', `state="${state}"`)} == 1)`;
  const silent = `max by(${byHost}) (${targetsOfHosts} == 0) + ${stateCode.silent}`;
  const blind = `absent(${targetsOfHosts}) * NaN`;
  const rows = `${inState('bad')} * ${stateCode.bad} or ${inState('unknown')} * ${stateCode.unknown} or ${silent} or ${blind}`;
  const onCheck = 'on(ght,establishment,site,host,check)';
  const bad = `(${ofHosts('ght_check_state', 'state=~"bad|unknown"')} == 1)`;
  return tablePanel(words, {
    title: 'trouble_title', description: 'trouble_help', at: { x: 0, y: 10, w: 12, h: 7 },
    queries: {
      A: withPlace(rows),
      B: `min by(${byCheck}) (${ofHosts('ALERTS_FOR_STATE', 'check!="",alertname!~"GhtBudget.*"')} * 1000)`
        + ` or min by(${byHost}) (${ofHosts('ALERTS_FOR_STATE', 'alertname=~"GhtHostSilent|GhtAgentSilent"')} * 1000)`,
      C: `max by(${byCheck},title) (${bad} * ${onCheck} group_left(title) max by(ght,establishment,site,host,check,title) (${ofHosts('ght_check_info')}))`,
    },
    columns: [
      { from: '=A', title: 'column_now', width: 120, mappings: states(words), coloured: 'background' },
      { from: 'place', title: 'column_site', width: 190, mappings: saying(words, { ' · ': { text: 'whole_group' } }) },
      { from: 'host', title: 'column_host', width: 120 },
      { from: 'title', title: 'column_check', mappings: notShown(words, 'whole_host') },
      { from: '=B', title: 'column_since', width: 105, unit: words.text('unit_moment'), mappings: notShown(words, 'since_unknown') },
    ],
    sort: [{ column: 'column_now', descending: true }, { column: 'column_since', descending: false }],
  }).noValue(words.text('none_bad'));
}

export function oncall(words: Words): dashboard.Dashboard {
  const board = frame(words, {
    page: 'oncall', title: 'oncall_name', description: 'oncall_help', from: 'now-6h', refresh: '30s', hosts: true,
  });
  for (const panel of headline(words, 'hosts')) board.withPanel(panel);
  board.withPanel(statPanel(words, {
    title: 'backups_late_title', description: 'backups_late_help', at: { x: 16, y: 0, w: 4, h: 3 }, decimals: 0, unit: 'prefix:✕ ',
    expr: countOf(backupsOf('late'), backupsOf('known')), mappings: saying(words, { 0: { text: 'none_late' } }),
    thresholds: wrongFromOne(colours.bad),
  }));
  board.withPanel(statPanel(words, {
    title: 'watching_title', description: 'watching_help', at: { x: 20, y: 0, w: 4, h: 3 },
    expr: `max(${watchdog})`, mappings: saying(words, { 1: { text: 'watching_yes' } }), thresholds: steps([1, colours.good]),
  }));
  board.withPanel(alertTable(words, { scope: 'hosts', at: { x: 0, y: 3, w: 24, h: 7 } }));
  board.withPanel(trouble(words));
  board.withPanel(backupTable(words, { x: 12, y: 10, w: 12, h: 7 }, 'short'));
  return board.build();
}
