// Backups: activity 6. Age against RPO (PDMA), the 3-2-1-1-0 rule, restore tests, runs and drift, and what is not shown to exist.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { ageToRpo, backupTable, backupsOf } from './backup_queries';
import { ruleCurves, ruleFigures, ruleTable, runTable } from './backup_rule';
import { frame } from './frame';
import { colours, saying, steps, wrongFromOne } from './look';
import { barsPanel, curvesPanel, type Place, statPanel } from './panels';
import { countOf, ofHosts } from './queries';
import type { TextKey, Words } from './words';

function counts(words: Words) {
  const at = (x: number): Place => ({ x, y: 0, w: 4, h: 4 });
  const wrong = (x: number, title: TextKey, description: TextKey, expr: string, unit: string, colour: typeof colours.bad | typeof colours.unknown) =>
    statPanel(words, { title, description, at: at(x), decimals: 0, unit, expr,
      mappings: saying(words, { 0: { text: 'none_late' } }), thresholds: wrongFromOne(colour) });
  const all = backupsOf('owed');
  return [
    statPanel(words, { title: 'backups_all_title', description: 'backups_all_help', at: at(0), decimals: 0,
      expr: `count(${all})`, thresholds: steps() }),
    statPanel(words, { title: 'backups_within_title', description: 'backups_within_help', at: at(4), decimals: 0, unit: 'prefix:✓ ',
      expr: countOf(backupsOf('within'), all), mappings: saying(words, { 0: { text: 'none_within' } }),
      thresholds: steps([0, colours.bad], [1, colours.good]) }),
    wrong(8, 'backups_late_title', 'backups_late_help', countOf(backupsOf('late'), backupsOf('known')), 'prefix:✕ ', colours.bad),
    wrong(12, 'backups_never_title', 'backups_never_help', countOf(backupsOf('never'), backupsOf('known')), 'prefix:✕ ', colours.bad),
    wrong(16, 'backups_unproven_title', 'backups_unproven_help', countOf(backupsOf('unproven'), all), 'prefix:? ', colours.unknown),
    statPanel(words, { title: 'backups_oldest_title', description: 'backups_oldest_help', at: at(20), decimals: 0, unit: 'percentunit',
      expr: `topk(1, ${ageToRpo})`, legend: '{{backup}} · {{site}}',
      thresholds: steps([0, colours.good], [0.8, colours.unknown], [1, colours.bad]) }),
  ];
}

export function backups(words: Words): dashboard.Dashboard {
  const board = frame(words, {
    page: 'backups', title: 'backups_name', description: 'backups_page_help', from: 'now-7d', refresh: '5m', hosts: true,
  });
  for (const panel of counts(words)) board.withPanel(panel);
  for (const panel of ruleFigures(words, 4)) board.withPanel(panel);
  board.withPanel(backupTable(words, { x: 0, y: 8, w: 24, h: 9 }, 'long'));
  board.withPanel(ruleTable(words, { x: 0, y: 17, w: 24, h: 8 }));
  board.withPanel(runTable(words, { x: 0, y: 25, w: 24, h: 9 }));
  board.withPanel(barsPanel(words, {
    title: 'rpo_bars_title', description: 'rpo_bars_help', at: { x: 0, y: 34, w: 10, h: 9 }, unit: 'percentunit', decimals: 0, max: 1.5,
    expr: `sort_desc(topk(10, ${ageToRpo}))`, legend: '{{backup}} · {{site}}',
    thresholds: steps([0, colours.good], [0.8, colours.unknown], [1, colours.bad]),
  }));
  board.withPanel(curvesPanel(words, {
    title: 'rpo_curves_title', description: 'rpo_curves_help', at: { x: 10, y: 34, w: 14, h: 9 }, unit: 'percentunit', decimals: 0, min: 0,
    queries: [{ expr: ageToRpo, legend: '{{backup}} · {{site}}' }], thresholds: steps([1, colours.bad]),
  }));
  for (const panel of ruleCurves(words, 43)) board.withPanel(panel);
  board.withPanel(curvesPanel(words, {
    title: 'size_title', description: 'size_help', at: { x: 0, y: 51, w: 12, h: 8 }, unit: 'bytes', decimals: 1, min: 0,
    queries: [{ expr: ofHosts('ght_backup_last_size_bytes'), legend: '{{backup}} · {{site}}' }],
  }));
  board.withPanel(curvesPanel(words, {
    title: 'duration_title', description: 'duration_help', at: { x: 12, y: 51, w: 12, h: 8 },
    unit: words.text('unit_minutes'), decimals: 0, min: 0,
    queries: [{ expr: `${ofHosts('ght_backup_last_duration_seconds')} / 60`, legend: '{{backup}} · {{site}}' }],
  }));
  return board.build();
}
