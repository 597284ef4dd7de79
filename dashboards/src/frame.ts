// What every dashboard has in common: identity, variables, links, time.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panels';
import type { TextKey, Words } from './words';

export const pages = ['overview', 'oncall', 'backups', 'patches'] as const;
export type Page = (typeof pages)[number];

export const uid = (page: Page, words: Words) => `ght-${page}-${words.language}`;

interface Frame {
  readonly page: Page;
  readonly title: TextKey;
  readonly description: TextKey;
  readonly from: string;
  readonly refresh: string;
  // The variable `host` stays on its links even where it narrows nothing, but is not offered there.
  readonly hosts: boolean;
}

// Everything chosen; ".*" also keeps series of a level above the one that the variable names.
function place(words: Words, name: string, within: string, hidden = false): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder(name)
    .label(words.text(`variable_${name}` as TextKey))
    .datasource(datasource)
    .query(`label_values(up{job="ght-agent"${within}}, ${name})`)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalCaseInsensitiveAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .hide(hidden ? dashboard.VariableHide.HideVariable : dashboard.VariableHide.DontHide);
}

// Where the runbooks are, as prometheus.yml has it: the alert that always fires says it.
function runbooks(words: Words): dashboard.QueryVariableBuilder {
  return new dashboard.QueryVariableBuilder('runbooks')
    .label(words.text('variable_runbooks'))
    .description(words.text('variable_runbooks_help'))
    .datasource(datasource)
    .query('label_values(ALERTS{alertname="GhtWatchdog"}, runbooks)')
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .hide(dashboard.VariableHide.HideVariable);
}

// The same variables, and the same range of time, on the next page.
export const carried = '${datasource:queryparam}&${ght:queryparam}&${runbooks:queryparam}&${__url_time_range}';

export function frame(words: Words, { page, title, description, from, refresh, hosts }: Frame): dashboard.DashboardBuilder {
  const narrowed = ',ght=~"$ght"';
  return new dashboard.DashboardBuilder(words.text(title))
    .uid(uid(page, words))
    .description(words.text(description))
    .tags(['ght-agent', 'hds', words.language])
    .timezone('browser')
    .weekStart('monday')
    .time({ from, to: 'now' })
    .refresh(refresh)
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .editable()
    .link(new dashboard.DashboardLinkBuilder(words.text('links_title')).type(dashboard.DashboardLinkType.Dashboards)
      .tags(['ght-agent', words.language]).tooltip(words.text('links_tooltip'))
      .asDropdown(false).includeVars(true).keepTime(true).targetBlank(false))
    .withVariable(new dashboard.DatasourceVariableBuilder('datasource').label(words.text('variable_datasource')).type('prometheus'))
    .withVariable(place(words, 'ght', ''))
    .withVariable(place(words, 'establishment', narrowed))
    .withVariable(place(words, 'site', `${narrowed},establishment=~"$establishment"`))
    .withVariable(place(words, 'host', `${narrowed},establishment=~"$establishment",site=~"$site"`, !hosts))
    .withVariable(runbooks(words));
}
