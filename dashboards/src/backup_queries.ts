// Backups against their RPO (PDMA): shared by the on-call page and the page of activity 6.
import type { Place } from './panels';
import { colours, inks, inkSteps, notShown, saying } from './look';
import { byHost, expectedToProve, ofHosts, orNotShown, withPlace } from './queries';
import { type Column, tablePanel } from './table';
import type { Words } from './words';

export const byBackup = `${byHost},check,backup,repository`;
const onBackup = `on(${byBackup})`;

const last = ofHosts('ght_backup_last_success_timestamp_seconds');
const rpo = `max by(${byBackup}) (${ofHosts('ght_backup_rpo_seconds')})`;
const age = `max by(${byBackup}) (time() - (${last} > 0))`;

// Hosts that owe proof of activity 6 and show no backup at all.
const hostsWithout = `max by(${byHost}) (${expectedToProve('backup')}) unless on(${byHost}) ${ofHosts('ght_backup_rpo_seconds')}`;

export const backupCode = { within: 0, unproven: 1, late: 2, never: 3 } as const;

// Backups and what is known of them. `known`: there is a date (0 = never succeeded); `owed`: somebody expects proof.
export function backupsOf(which: 'known' | 'owed' | 'late' | 'never' | 'within' | 'unproven'): string {
  const known = `max by(${byBackup}) (${last})`;
  switch (which) {
    case 'known': return known;
    case 'owed': return `(${rpo}) or (${hostsWithout})`;
    case 'never': return `(${known} == 0)`;
    case 'within': return `(${age} <= ${rpo})`;
    // What has never succeeded is late too.
    case 'late': return `((${age} > ${rpo}) or (${known} == 0))`;
    case 'unproven': return `((${rpo} unless ${onBackup} ${known}) or (${hostsWithout}))`;
  }
}

export const ageToRpo = `${age} / ${rpo}`;
export const ageHours = `${age} / 3600`;

export function backupTable(words: Words, at: Place, size: 'short' | 'long') {
  const rows = backupsOf('owed');
  const state = `(${age} > bool ${rpo}) * ${backupCode.late} or (max by(${byBackup}) (${last}) == 0) + ${backupCode.never}`;
  const by = byBackup;
  // The column of states says what is not demonstrated; the others need not repeat it.
  const nothing = notShown(words, 'dash', inks.plain);
  const long: Column[] = [
    { from: '=F', title: 'column_size', width: 110, unit: 'bytes', decimals: 1, align: 'right', mappings: nothing },
    { from: '=G', title: 'column_duration', width: 110, unit: words.text('unit_minutes'), decimals: 0, align: 'right', mappings: nothing },
    { from: 'repository', title: 'column_repository', mappings: nothing },
  ];
  return tablePanel(words, {
    title: 'backups_title', description: 'backups_help', at,
    queries: {
      A: withPlace(`(${state}) or on(${by}) (${rows}) * 0 + ${backupCode.unproven}`),
      B: orNotShown(ageHours, rows, by),
      C: orNotShown(`${rpo} / 3600`, rows, by),
      D: orNotShown(ageToRpo, rows, by),
      ...(size === 'long' && {
        F: orNotShown(`max by(${by}) (${ofHosts('ght_backup_last_size_bytes')})`, rows, by),
        G: orNotShown(`max by(${by}) (${ofHosts('ght_backup_last_duration_seconds')}) / 60`, rows, by),
      }),
    },
    columns: [
      { from: '=A', title: 'column_backup_state', width: 130, coloured: 'background', mappings: saying(words, {
        [backupCode.never]: { text: 'backup_never', colour: colours.bad },
        [backupCode.late]: { text: 'backup_late', colour: colours.bad },
        [backupCode.unproven]: { text: 'backup_unproven', colour: colours.none },
        [backupCode.within]: { text: 'backup_within', colour: colours.good },
      }) },
      { from: 'place', title: 'column_site', width: 190 },
      ...(size === 'long' ? [{ from: 'host', title: 'column_host', width: 150 } as const] : []),
      { from: 'backup', title: 'column_backup', mappings: notShown(words, 'backup_none') },
      { from: '=B', title: 'column_age', width: 80, unit: words.text('unit_hours'), decimals: 1, align: 'right', mappings: nothing },
      { from: '=C', title: 'column_rpo', width: 65, unit: words.text('unit_hours'), decimals: 0, align: 'right', mappings: nothing },
      { from: '=D', title: 'column_rpo_used', width: 108, unit: 'percentunit', decimals: 0, align: 'right', coloured: 'text', mappings: nothing,
        thresholds: inkSteps([0, inks.good], [0.8, inks.unknown], [1, inks.bad]) },
      ...(size === 'long' ? long : []),
    ],
    sort: [{ column: 'column_backup_state', descending: true }, { column: 'column_rpo_used', descending: true }],
  });
}
