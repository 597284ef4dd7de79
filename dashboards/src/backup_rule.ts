// The 3-2-1-1-0 rule per backup, the last runs and their drift: what the recorded series of backup.rules.yml say.
import { byBackup } from './backup_queries';
import { colours, inks, inkSteps, notShown, saying, steps, wrongFromOne } from './look';
import { curvesPanel, type Place, statPanel } from './panels';
import { countOf, ofHosts, orNotShown, withPlace } from './queries';
import { type Column, tablePanel } from './table';
import type { TextKey, Words } from './words';

const day = 86400;
const byRule = 'ght,establishment,backup';
// Backups of an establishment that the chosen hosts see; a recorded series of theirs has neither site nor host.
const rows = `group by(${byRule}) (${ofHosts('check:ght_backup_known:bool')})`;
const ofBackups = (expr: string) => `max by(${byRule}) (${expr}) and on(${byRule}) ${rows}`;

const score = ofBackups('backup:ght_backup_score:count');
const missing = (criterion: string) => ofBackups(`backup:ght_backup_criterion_missing:bool{criterion="${criterion}"}`);
const offsiteAge = ofBackups('(time() - backup:ght_backup_offsite_timestamp_seconds:max) / 3600');
const test = 'backup:ght_backup_restore_test_timestamp_seconds:max';
// -1: known never to have succeeded.
const testAge = ofBackups(`(time() - (${test} > 0)) / ${day} or (${test} == 0) - 1`);
const testToLimit = ofBackups(`(time() - (${test} > 0)) / backup:ght_backup_restore_test_interval_seconds:min`);

const item = (name: string) => `max by(${byBackup}) (${ofHosts(name)})`;
const failed = item('check:ght_backup_failed:bool');
const changed = item('check:ght_backup_changed_files_ratio:max');
const drifted = `max by(${byBackup}) (${ofHosts('check:ght_backup_drift:bool')} == 1 or ${ofHosts('check:ght_backup_changed_files_ratio:max')} > 0.5)`;
const measured = `max by(${byBackup}) (${ofHosts('check:ght_backup_drift:bool')} or ${ofHosts('check:ght_backup_changed_files_ratio:max')})`;
const watched = item('ght_backup_rpo_seconds');

// Six figures, four columns wide each.
export function ruleFigures(words: Words, y: number) {
  const at = (x: number): Place => ({ x, y, w: 4, h: 4 });
  const wrong = (x: number, title: TextKey, description: TextKey, expr: string, unit: string, colour: typeof colours.bad | typeof colours.unknown) =>
    statPanel(words, { title, description, at: at(x), decimals: 0, unit, expr,
      mappings: saying(words, { 0: { text: 'none_late' } }), thresholds: wrongFromOne(colour) });
  const late = `max by(${byBackup}) (${ofHosts('check:ght_backup_restore_test_late:bool')})`;
  return [
    statPanel(words, { title: 'rule_complete_title', description: 'rule_complete_help', at: at(0), decimals: 0, unit: 'prefix:✓ ',
      expr: countOf(`(${score}) == 5`, rows), mappings: saying(words, { 0: { text: 'none_complete' } }),
      thresholds: steps([0, colours.unknown], [1, colours.good]) }),
    wrong(4, 'offsite_none_title', 'offsite_none_help', countOf(`(${rows}) unless on(${byRule}) (${missing('offsite')}) == 0`, rows), 'prefix:? ', colours.unknown),
    wrong(8, 'test_late_title', 'test_late_help', countOf(`(${late}) == 1`, late), 'prefix:✕ ', colours.bad),
    wrong(12, 'run_failed_title', 'run_failed_help', countOf(`(${failed}) == 1`, failed), 'prefix:✕ ', colours.bad),
    wrong(16, 'drifted_title', 'drifted_help', countOf(drifted, measured), 'prefix:! ', colours.unknown),
    statPanel(words, { title: 'running_title', description: 'running_help', at: at(20), decimals: 0, unit: 'prefix:… ',
      expr: countOf(item('ght_backup_running_since_timestamp_seconds'), watched), thresholds: steps([0, colours.excluded]) }),
  ];
}

export function ruleTable(words: Words, at: Place) {
  const shown = (expr: string) => orNotShown(expr, rows, byRule);
  const nothing = notShown(words, 'dash', inks.plain);
  const criterion = (from: string, title: TextKey): Column => ({ from, title, width: 130, coloured: 'background', mappings: saying(words, {
    0: { text: 'criterion_met', colour: colours.good }, 1: { text: 'criterion_missing', colour: colours.bad },
  }) });
  return tablePanel(words, {
    title: 'rule_title', description: 'rule_help', at,
    queries: {
      A: shown(score), B: shown(missing('copies')), C: shown(missing('media')), D: shown(missing('offsite')),
      E: shown(missing('immutable')), F: shown(missing('restore')), G: shown(offsiteAge), H: shown(testAge), I: shown(testToLimit),
    },
    columns: [
      { from: '=A', title: 'column_score', width: 80, unit: 'suffix: / 5', decimals: 0, coloured: 'background',
        thresholds: steps([0, colours.unknown], [5, colours.good]) },
      { from: 'establishment', title: 'column_establishment', width: 190 },
      { from: 'backup', title: 'column_backup' },
      criterion('=B', 'column_copies'), criterion('=C', 'column_media'), criterion('=D', 'column_offsite'),
      criterion('=E', 'column_immutable'), criterion('=F', 'column_errors'),
      { from: '=G', title: 'column_offsite_age', width: 125, unit: words.text('unit_hours'), decimals: 1, align: 'right', mappings: nothing },
      { from: '=H', title: 'column_test_age', width: 125, unit: words.text('unit_days'), decimals: 0, align: 'right',
        mappings: saying(words, { '-1': { text: 'test_never' } }, 'dash', inks.plain) },
      { from: '=I', title: 'column_test_used', width: 110, unit: 'percentunit', decimals: 0, align: 'right', coloured: 'text', mappings: nothing,
        thresholds: inkSteps([0, inks.good], [0.8, inks.unknown], [1, inks.bad]) },
    ],
    sort: [{ column: 'column_score', descending: false }, { column: 'column_backup', descending: false }],
  });
}

// The last run of each backup in each repository, and how far it is from the usual.
export function runTable(words: Words, at: Place) {
  const shown = (expr: string) => orNotShown(expr, watched, byBackup);
  const nothing = notShown(words, 'dash', inks.plain);
  const ratio = { unit: 'percentunit', decimals: 0, align: 'right', coloured: 'text', mappings: nothing } as const;
  return tablePanel(words, {
    title: 'run_title', description: 'run_help', at,
    queries: {
      A: withPlace(shown(failed)),
      B: shown(`max by(${byBackup}) (time() - ${ofHosts('ght_backup_last_run_timestamp_seconds')}) / 3600`),
      C: shown(`max by(${byBackup}) (time() - ${ofHosts('ght_backup_running_since_timestamp_seconds')}) / 3600`),
      D: shown(item('check:ght_backup_size_ratio:max')), E: shown(item('check:ght_backup_duration_ratio:max')), F: shown(changed),
    },
    columns: [
      { from: '=A', title: 'column_run', width: 135, coloured: 'background', mappings: saying(words, {
        0: { text: 'run_succeeded', colour: colours.good }, 1: { text: 'run_failed', colour: colours.bad } }) },
      { from: 'place', title: 'column_site', width: 230 },
      { from: 'host', title: 'column_host', width: 150 },
      { from: 'backup', title: 'column_backup' },
      { from: 'repository', title: 'column_repository' },
      { from: '=B', title: 'column_run_age', width: 120, unit: words.text('unit_hours'), decimals: 1, align: 'right', mappings: nothing },
      { from: '=C', title: 'column_running', width: 120, unit: words.text('unit_hours'), decimals: 1, align: 'right', mappings: nothing },
      { from: '=D', title: 'column_size_ratio', width: 130, ...ratio, thresholds: inkSteps([0, inks.unknown], [0.5, inks.plain], [1.5, inks.unknown]) },
      { from: '=E', title: 'column_duration_ratio', width: 130, ...ratio, thresholds: inkSteps([3, inks.unknown]) },
      { from: '=F', title: 'column_changed', width: 130, ...ratio, thresholds: inkSteps([0.5, inks.bad]) },
    ],
    sort: [{ column: 'column_run', descending: true }, { column: 'column_backup', descending: false }],
  });
}

export function ruleCurves(words: Words, y: number) {
  return [
    curvesPanel(words, {
      title: 'offsite_curves_title', description: 'offsite_curves_help', at: { x: 0, y, w: 12, h: 8 },
      unit: words.text('unit_hours'), decimals: 1, min: 0, queries: [{ expr: offsiteAge, legend: '{{backup}} · {{establishment}}' }],
    }),
    curvesPanel(words, {
      title: 'drift_curves_title', description: 'drift_curves_help', at: { x: 12, y, w: 12, h: 8 },
      unit: 'percentunit', decimals: 0, min: 0, thresholds: steps([0.5, colours.unknown], [1.5, colours.unknown]),
      queries: [{ expr: item('check:ght_backup_size_ratio:max'), legend: '{{backup}} · {{site}}' }],
    }),
  ];
}
