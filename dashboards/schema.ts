// The types that validate.js holds the JSON against, under one name each.
import type * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as text from '@grafana/grafana-foundation-sdk/text';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

export type Json_Dashboard = dashboard.Dashboard;
export type Json_Panel = dashboard.Panel;
export type Json_Query = prometheus.Dataquery;
export type Options_bargauge = bargauge.Options;
export type Options_stat = stat.Options;
export type Options_table = table.Options;
export type Options_text = text.Options;
export type Options_timeseries = timeseries.Options;
export type Custom_table = table.FieldConfig;
export type Custom_timeseries = timeseries.FieldConfig;
