// The tables of the page of patches: updates, restarts and ends of maintenance by host, and software.
import { colours, inks, inkSteps, notShown, saying, states } from './look';
import type { Place } from './panels';
import * as q from './patch_queries';
import { byHost, ofHosts, orNotShown, withPlace } from './queries';
import { tablePanel } from './table';
import type { TextKey, Words } from './words';

const shown = (expr: string) => orNotShown(expr, q.hosts, byHost);

export function updateTable(words: Words, at: Place) {
  // The first columns say what is not demonstrated; the others need not repeat it.
  const nothing = notShown(words, 'dash', inks.plain);
  const count = { decimals: 0, align: 'right', mappings: nothing } as const;
  const unproven = (meanings: Parameters<typeof saying>[1], missing: TextKey = 'not_demonstrated') =>
    saying(words, meanings, missing, inks.plain);
  return tablePanel(words, {
    title: 'patch_table_title', description: 'patch_table_help', at,
    queries: {
      A: withPlace(shown(q.stateOfChecks())), B: shown(q.dueLeft), C: shown(q.pending('security')), D: shown(q.withheld), E: shown(q.waived),
      F: shown(q.exploitedKnown), G: shown(q.pending('other')), H: shown(q.metadata), I: shown(q.metadataToLimit), J: shown(q.automatic),
      K: shown(q.automaticAge),
    },
    columns: [
      { from: '=A', title: 'column_now', width: 115, mappings: states(words), coloured: 'background' },
      { from: 'place', title: 'column_site', width: 190 },
      { from: 'host', title: 'column_host', width: 125 },
      { from: '=B', title: 'column_due_left', width: 140, unit: words.text('unit_days'), decimals: 1, align: 'right', coloured: 'text',
        mappings: unproven({ [q.none]: { text: 'none_due', colour: inks.good } }),
        thresholds: inkSteps([-q.none, inks.bad], [0, inks.plain]) },
      { from: '=C', title: 'column_security', width: 90, ...count },
      { from: '=D', title: 'column_withheld', width: 75, ...count },
      { from: '=E', title: 'column_waived', width: 90, ...count },
      { from: '=F', title: 'column_exploited', width: 90, decimals: 0, align: 'right', coloured: 'text',
        mappings: unproven({ 0: { text: 'none_bad', colour: inks.good } }, 'unknown_short'), thresholds: inkSteps([1, inks.bad]), unit: 'prefix:✕ ' },
      { from: '=H', title: 'column_metadata', width: 105, unit: words.text('unit_hours'), decimals: 1, align: 'right', mappings: nothing },
      { from: '=I', title: 'column_limit_used', width: 85, unit: 'percentunit', decimals: 0, align: 'right', coloured: 'text', mappings: nothing,
        thresholds: inkSteps([0, inks.good], [0.8, inks.unknown], [1, inks.bad]) },
      { from: '=J', title: 'column_automatic', width: 100, coloured: 'text', mappings: saying(words, {
        0: { text: 'automatic_off', colour: inks.unknown }, 1: { text: 'automatic_on', colour: inks.good } }, 'dash', inks.plain) },
      { from: '=K', title: 'column_automatic_age', width: 105, unit: words.text('unit_days'), decimals: 1, align: 'right', mappings: nothing },
      { from: '=G', title: 'column_other', ...count, align: 'left' },
    ],
    sort: [{ column: 'column_now', descending: true }, { column: 'column_due_left', descending: false }],
  });
}

function support(words: Words) {
  return saying(words, {
    [q.supportCode.ended]: { text: 'support_ended', colour: colours.bad },
    [q.supportCode.soon]: { text: 'support_soon', colour: colours.unknown },
    [q.supportCode.unknown]: { text: 'not_demonstrated', colour: colours.none },
    [q.supportCode.maintained]: { text: 'support_maintained', colour: colours.good },
  });
}

export function hostTable(words: Words, at: Place) {
  const nothing = notShown(words, 'dash', inks.plain);
  const days = { unit: words.text('unit_days'), decimals: 0, align: 'right', mappings: nothing } as const;
  return tablePanel(words, {
    title: 'host_table_title', description: 'host_table_help', at,
    queries: {
      A: withPlace(q.rebootState), B: shown(q.rebootDays), C: shown(q.rebootLimit), D: shown(q.kernel), E: shown(q.services),
      F: q.osState, G: shown(q.osLeft),
      I: shown(q.stateOfChecks()),
      H: `max by(${byHost},os) (${ofHosts('ght_host_info')}) and ${q.onHost} (${q.hosts})`,
    },
    columns: [
      { from: '=I', title: 'column_now', width: 115, mappings: states(words), coloured: 'background' },
      { from: 'place', title: 'column_site', width: 190 },
      { from: 'host', title: 'column_host', width: 125 },
      { from: '=A', title: 'column_reboot', width: 135, coloured: 'background', mappings: saying(words, {
        [q.rebootCode.late]: { text: 'reboot_late', colour: colours.bad },
        [q.rebootCode.pending]: { text: 'reboot_yes', colour: colours.unknown },
        [q.rebootCode.unknown]: { text: 'not_demonstrated', colour: colours.none },
        [q.rebootCode.no]: { text: 'reboot_no', colour: colours.good },
      }) },
      { from: '=B', title: 'column_reboot_since', width: 110, ...days },
      { from: '=C', title: 'column_limit', width: 75, ...days },
      { from: '=D', title: 'column_kernel', width: 100, mappings: saying(words, {
        0: { text: 'kernel_current', colour: inks.good }, 1: { text: 'kernel_outdated', colour: inks.unknown } }, 'dash', inks.plain),
        coloured: 'text' },
      { from: '=E', title: 'column_services', width: 90, decimals: 0, align: 'right', mappings: nothing },
      { from: '=F', title: 'column_support', width: 135, coloured: 'background', mappings: support(words) },
      { from: '=G', title: 'column_support_left', width: 85, ...days },
      { from: 'os', title: 'column_os', mappings: notShown(words) },
    ],
    sort: [{ column: 'column_now', descending: true }, { column: 'column_support', descending: true }, { column: 'column_reboot', descending: true }],
  });
}

export function softwareTable(words: Words, at: Place) {
  const by = q.bySoftware;
  return tablePanel(words, {
    title: 'software_title', description: 'software_help', at,
    queries: { A: withPlace(q.softwareState), B: orNotShown(q.softwareLeft, `group by(${by}) (${q.software})`, by), C: q.software },
    columns: [
      { from: '=A', title: 'column_support', width: 135, coloured: 'background', mappings: support(words) },
      { from: 'software', title: 'column_software', width: 125 },
      // Not a number: 8.2 would read 8.20.
      { from: 'version', title: 'column_version', width: 85, unit: 'string' },
      { from: '=B', title: 'column_support_left', width: 85, unit: words.text('unit_days'), decimals: 0, align: 'right',
        mappings: notShown(words, 'dash', inks.plain) },
      { from: 'origin', title: 'column_origin', width: 135, mappings: saying(words, {
        release: { text: 'origin_release' }, distribution: { text: 'origin_distribution' }, other: { text: 'origin_other' } }) },
      { from: 'host', title: 'column_host', width: 125 },
      { from: 'place', title: 'column_site' },
    ],
    sort: [{ column: 'column_support', descending: true }, { column: 'column_support_left', descending: false }],
  });
}
