// Patches (activity 5): pending security updates, the oldest hole, age of the metadata, reboots pending.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { frame } from './frame';
import { colours, inks, inkSteps, notShown, saying, states, steps, wrongFromOne } from './look';
import { barsPanel, curvesPanel, type Place, statPanel } from './panels';
import { byHost, countOf, expectedToProve, ofHosts, orNotShown, stateCode, withPlace } from './queries';
import { tablePanel } from './table';
import type { Words } from './words';

const day = 86400;
const onHost = `on(${byHost})`;

// Checks of the collectors that read the state of packages.
const patchChecks = `max by(${byHost},check) (${ofHosts('ght_check_info', 'collector=~"apt|dnf"')})`;
// Hosts that have such a check, or owe proof of administration.
const hosts = `group by(${byHost}) (${patchChecks}) or group by(${byHost}) (${expectedToProve('administration')})`;

const pending = (what: string) => `max by(${byHost}) (${ofHosts('ght_patch_pending_updates', `class="${what}"`)})`;
const withheld = `max by(${byHost}) (${ofHosts('ght_patch_withheld_updates', 'class="security"')})`;
// Security updates not installed, whether apt would install them or holds them back.
const open = `(${pending('security')} + (${withheld} or ${pending('security')} * 0))`;
const oldest = `max by(${byHost}) (time() - ${ofHosts('ght_patch_oldest_pending_security_timestamp_seconds')}) / ${day}`;
const limit = `min by(${byHost}) (${ofHosts('ght_patch_security_limit_seconds')}) / ${day}`;
const oldestToLimit = `${oldest} / (${limit})`;
const metadata = `max by(${byHost}) (time() - ${ofHosts('ght_patch_metadata_timestamp_seconds')}) / 3600`;
const stale = `${metadata} > min by(${byHost}) (${ofHosts('ght_patch_metadata_limit_seconds')}) / 3600`;
const reboot = `max by(${byHost}) (${ofHosts('ght_patch_reboot_required')})`;
// -1: known to have none.
const oldestOrNone = `${oldest} or ${onHost} (${open} == 0) - 1`;

const inState = (state: string) =>
  `max by(${byHost}) ((${ofHosts('ght_check_state', `state=~"${state}"`)} == 1) and on(${byHost},check) ${patchChecks})`;

function stateOfChecks(): string {
  return `${inState('bad')} * ${stateCode.bad} or ${onHost} ${inState('unknown')} * ${stateCode.unknown}`
    + ` or ${onHost} ${inState('maintenance|out_of_hours')} * ${stateCode.excluded} or ${onHost} ${inState('good')} * ${stateCode.good}`
    + ` or ${onHost} (${ofHosts('host:ght_agent_silent:bool')} == 1) * ${stateCode.silent}`;
}

function figures(words: Words) {
  const at = (x: number): Place => ({ x, y: 0, w: 4, h: 4 });
  return [
    statPanel(words, { title: 'security_title', description: 'security_help', at: at(0), decimals: 0,
      expr: `sum(${open})`, mappings: saying(words, { 0: { text: 'none_late' } }), thresholds: wrongFromOne(colours.unknown) }),
    statPanel(words, { title: 'oldest_title', description: 'oldest_help', at: at(4), decimals: 0, unit: words.text('unit_days'),
      expr: `topk(1, ${oldest})`, legend: '{{host}}', thresholds: steps([0, colours.unknown]) }),
    statPanel(words, { title: 'overdue_title', description: 'overdue_help', at: at(8), decimals: 0, unit: 'prefix:✕ ',
      expr: countOf(inState('bad'), inState('good|bad')),
      mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.bad) }),
    statPanel(words, { title: 'patch_unproven_title', description: 'patch_unproven_help', at: at(12), decimals: 0, unit: 'prefix:? ',
      expr: countOf(`(${hosts}) unless ${onHost} ${open}`, hosts),
      mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.unknown) }),
    statPanel(words, { title: 'reboot_title', description: 'reboot_help', at: at(16), decimals: 0, unit: 'prefix:↻ ',
      expr: `sum(${reboot})`, mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.unknown) }),
    statPanel(words, { title: 'stale_title', description: 'stale_help', at: at(20), decimals: 0, unit: 'prefix:? ',
      expr: countOf(stale, metadata), mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.unknown) }),
  ];
}

export function patches(words: Words): dashboard.Dashboard {
  const board = frame(words, {
    page: 'patches', title: 'patches_name', description: 'patches_page_help', from: 'now-7d', refresh: '5m', hosts: true,
  });
  for (const panel of figures(words)) board.withPanel(panel);
  const shown = (expr: string) => orNotShown(expr, hosts, byHost);
  // The first columns say what is not demonstrated; the others need not repeat it.
  const nothing = notShown(words, 'dash', inks.plain);
  const count = { decimals: 0, align: 'right', mappings: nothing } as const;
  board.withPanel(tablePanel(words, {
    title: 'patch_table_title', description: 'patch_table_help', at: { x: 0, y: 4, w: 24, h: 10 },
    queries: {
      A: withPlace(shown(stateOfChecks())), B: shown(oldestOrNone), C: shown(pending('security')), D: shown(withheld),
      E: shown(pending('other')), F: shown(metadata), G: shown(reboot),
      H: orNotShown(limit, hosts, byHost), J: orNotShown(oldestToLimit, hosts, byHost),
      I: `max by(${byHost},os,kernel) (${ofHosts('ght_host_info')}) and ${onHost} (${hosts})`,
    },
    columns: [
      { from: '=A', title: 'column_now', width: 145, mappings: states(words), coloured: 'background' },
      { from: 'place', title: 'column_site', width: 230 },
      { from: 'host', title: 'column_host', width: 160 },
      { from: '=B', title: 'column_oldest', width: 175, unit: words.text('unit_days'), decimals: 1, align: 'right',
        mappings: saying(words, { '-1': { text: 'none_open_hole' } }) },
      { from: '=H', title: 'column_limit', width: 80, unit: words.text('unit_days'), decimals: 0, align: 'right', mappings: nothing },
      { from: '=J', title: 'column_limit_used', width: 115, unit: 'percentunit', decimals: 0, align: 'right', coloured: 'text', mappings: nothing,
        thresholds: inkSteps([0, inks.good], [0.8, inks.unknown], [1, inks.bad]) },
      { from: '=C', title: 'column_security', width: 95, ...count },
      { from: '=D', title: 'column_withheld', width: 95, ...count },
      { from: '=E', title: 'column_other', width: 95, ...count },
      { from: '=F', title: 'column_metadata', width: 125, unit: words.text('unit_hours'), decimals: 1, align: 'right', mappings: nothing },
      { from: '=G', title: 'column_reboot', width: 140, mappings: saying(words, {
        0: { text: 'reboot_no', colour: inks.plain }, 1: { text: 'reboot_yes', colour: inks.unknown } }), coloured: 'text' },
      { from: 'os', title: 'column_os', mappings: notShown(words) },
    ],
    sort: [{ column: 'column_now', descending: true }, { column: 'column_oldest', descending: true }],
  }));
  board.withPanel(barsPanel(words, {
    title: 'oldest_bars_title', description: 'oldest_bars_help', at: { x: 0, y: 14, w: 10, h: 9 },
    unit: 'percentunit', decimals: 0, max: 1.5, expr: `sort_desc(topk(10, ${oldestToLimit}))`, legend: '{{host}}',
    thresholds: steps([0, colours.good], [0.8, colours.unknown], [1, colours.bad]),
  }));
  board.withPanel(curvesPanel(words, {
    title: 'oldest_curves_title', description: 'oldest_curves_help', at: { x: 10, y: 14, w: 14, h: 9 },
    unit: 'percentunit', decimals: 0, min: 0, queries: [{ expr: oldestToLimit, legend: '{{host}}' }], thresholds: steps([1, colours.bad]),
  }));
  board.withPanel(curvesPanel(words, {
    title: 'security_curves_title', description: 'security_curves_help', at: { x: 0, y: 23, w: 24, h: 8 }, decimals: 0, min: 0, stacked: true,
    queries: [{ expr: `sum by(establishment,site) (${open})`, legend: '{{establishment}} · {{site}}' }],
  }));
  return board.build();
}
