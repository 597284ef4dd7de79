// Patches (activity 5): updates, restarts and ends of maintenance; what is overdue, and what nobody knows.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { frame } from './frame';
import { colours, saying, steps, wrongFromOne } from './look';
import { barsPanel, curvesPanel, type Place, statPanel } from './panels';
import * as q from './patch_queries';
import { hostTable, softwareTable, updateTable } from './patch_tables';
import { byHost, countOf, noneIfAllKnown, ofHosts } from './queries';
import type { TextKey, Words } from './words';

type Fill = (typeof colours)[keyof typeof colours];

// One host's figure under its name; without any, where something is known, "none known" under a dash.
const orNone = (expr: string, known: string) => `${expr} or on() label_replace(0 * count(${known}) + ${q.none}, "host", "–", "", "")`;

// Twelve figures, four columns wide each; the upper row is what to act on.
function figures(words: Words) {
  const at = (x: number, y: number): Place => ({ x, y, w: 4, h: 4 });
  const wrong = (place: Place, title: TextKey, description: TextKey, value: string, known: string, unit: string, colour: Fill) =>
    statPanel(words, { title, description, at: place, decimals: 0, unit, expr: noneIfAllKnown(value, known, q.hosts, byHost),
      mappings: saying(words, { 0: { text: 'none_bad' }, '-1': { text: 'none_known', colour: colours.none } }),
      thresholds: wrongFromOne(colour) });
  const count = (expr: string) => `count(${expr})`;
  const noneKnown = saying(words, { [q.none]: { text: 'none_known_dated', colour: colours.none } });
  return [
    wrong(at(0, 0), 'overdue_title', 'overdue_help', count(q.overdue), q.overdueKnown, 'prefix:✕ ', colours.bad),
    wrong(at(4, 0), 'exploited_title', 'exploited_help', count(q.exploited), q.exploitedKnown, 'prefix:✕ ', colours.bad),
    wrong(at(8, 0), 'reboot_late_title', 'reboot_late_help', count(q.rebootLate), q.reboot, 'prefix:✕ ', colours.bad),
    wrong(at(12, 0), 'os_ended_title', 'os_ended_help', count(q.osEnded), q.osEnd, 'prefix:✕ ', colours.bad),
    statPanel(words, { title: 'patch_unproven_title', description: 'patch_unproven_help', at: at(16, 0), decimals: 0, unit: 'prefix:? ',
      expr: countOf(q.unproven, q.hosts), mappings: saying(words, { 0: { text: 'none_bad' } }), thresholds: wrongFromOne(colours.unknown) }),
    wrong(at(20, 0), 'stale_title', 'stale_help', count(q.stale), q.metadata, 'prefix:? ', colours.unknown),
    wrong(at(0, 4), 'security_title', 'security_help', `sum(${q.open}) > 0`, q.open, 'short', colours.unknown),
    statPanel(words, { title: 'oldest_title', description: 'oldest_help', at: at(4, 4), decimals: 0, unit: words.text('unit_days'),
      expr: orNone(`topk(1, ${q.oldest})`, q.open), legend: '{{host}}',
      mappings: noneKnown, thresholds: steps([0, colours.unknown]) }),
    wrong(at(8, 4), 'reboot_title', 'reboot_help', `sum(${q.reboot}) > 0`, q.reboot, 'prefix:↻ ', colours.unknown),
    wrong(at(12, 4), 'software_ended_title', 'software_ended_help', count(q.softwareEnded), q.softwareKnown, 'prefix:✕ ', colours.bad),
    wrong(at(16, 4), 'waived_title', 'waived_help', `sum(${q.waived}) > 0`, q.waived, 'short', colours.excluded),
    statPanel(words, { title: 'waiver_end_title', description: 'waiver_end_help', at: at(20, 4), decimals: 0, unit: words.text('unit_days'),
      expr: orNone(`bottomk(1, ${q.waiverLeft})`, q.waived), legend: '{{host}}',
      mappings: noneKnown, thresholds: steps([-q.none, colours.unknown], [30, colours.excluded]) }),
  ];
}

// One curve a severity, in its own colour, the worst at the bottom.
function severityCurves(words: Words, at: Place) {
  const severities = [['critical', 'patch_critical', colours.bad], ['important', 'patch_important', colours.unknown],
    ['moderate', 'patch_moderate', colours.excluded], ['low', 'patch_low', colours.none], ['unknown', 'patch_unrated', colours.silent]] as const;
  return curvesPanel(words, {
    title: 'severity_curves_title', description: 'severity_curves_help', at, decimals: 0, min: 0, stacked: true,
    queries: severities.map(([severity, name]) => ({
      expr: `sum(max by(${byHost}) (${ofHosts('ght_patch_security_updates', `severity="${severity}"`)}))`, legend: words.text(name) })),
    overrides: severities.map(([, name, fixedColor]) => ({
      name: words.text(name), properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }] })),
  });
}

export function patches(words: Words): dashboard.Dashboard {
  const board = frame(words, {
    page: 'patches', title: 'patches_name', description: 'patches_page_help', from: 'now-7d', refresh: '5m', hosts: true,
  });
  for (const panel of figures(words)) board.withPanel(panel);
  board.withPanel(updateTable(words, { x: 0, y: 8, w: 24, h: 12 }));
  board.withPanel(hostTable(words, { x: 0, y: 20, w: 24, h: 12 }));
  board.withPanel(softwareTable(words, { x: 0, y: 32, w: 14, h: 9 }));
  board.withPanel(barsPanel(words, {
    title: 'oldest_bars_title', description: 'oldest_bars_help', at: { x: 14, y: 32, w: 10, h: 9 },
    unit: 'percentunit', decimals: 0, max: 1.5, expr: `sort_desc(topk(10, ${q.oldestToLimit}))`, legend: '{{host}}',
    thresholds: steps([0, colours.good], [0.8, colours.unknown], [1, colours.bad]),
  }));
  board.withPanel(curvesPanel(words, {
    title: 'oldest_curves_title', description: 'oldest_curves_help', at: { x: 0, y: 41, w: 24, h: 8 },
    unit: 'percentunit', decimals: 0, min: 0, queries: [{ expr: q.oldestToLimit, legend: '{{host}}' }], thresholds: steps([1, colours.bad]),
  }));
  board.withPanel(curvesPanel(words, {
    title: 'security_curves_title', description: 'security_curves_help', at: { x: 0, y: 49, w: 12, h: 8 }, decimals: 0, min: 0, stacked: true,
    queries: [{ expr: `sum by(establishment,site) (${q.open})`, legend: '{{establishment}} · {{site}}' }],
  }));
  board.withPanel(severityCurves(words, { x: 12, y: 49, w: 12, h: 8 }));
  return board.build();
}
