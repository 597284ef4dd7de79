// The one catalogue of what people read on the dashboards: a key, French and English side by side. French is
// written with plain spaces before : ; ? ! %; they become narrow no-break spaces.
import { alertTexts } from './alerts';
import { backupRule } from './backup_rule';
import { common } from './common';
import { backups } from './backups';
import { patches } from './patches';
import { oncall, overview } from './service';

export interface Text {
  readonly fr: string;
  readonly en: string;
}

export const catalogue = { ...common, ...alertTexts, ...overview, ...oncall, ...backups, ...backupRule, ...patches };
export { alertNames } from './alerts';
