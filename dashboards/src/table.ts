// A table from several instant queries: rows are joined on the labels they share, columns are named here.
import * as common from '@grafana/grafana-foundation-sdk/common';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as table from '@grafana/grafana-foundation-sdk/table';
import { notShown, steps } from './look';
import { type Common, type Link, dataLink, dress, instant, threshold } from './panels';
import type { TextKey, Words } from './words';

export interface Column {
  // A label, or the value of one of the queries by its letter: "=A".
  readonly from: string;
  readonly title: TextKey | { readonly shown: string };
  readonly width?: number;
  readonly unit?: string;
  readonly decimals?: number;
  readonly mappings?: dashboard.ValueMapping[];
  readonly thresholds?: dashboard.Threshold[];
  readonly coloured?: 'background' | 'text';
  readonly align?: 'left' | 'center' | 'right';
  readonly link?: Link;
}

export interface Table extends Common {
  readonly queries: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  // A later key decides between rows that are equal in the earlier ones.
  readonly sort?: ReadonlyArray<{ readonly column: TextKey; readonly descending: boolean }>;
}

const fieldOf = (column: Column, queries: number) =>
  column.from.startsWith('=') ? (queries === 1 ? 'Value' : `Value #${column.from.slice(1)}`) : column.from;

const headOf = (words: Words, { title }: Column) => (typeof title === 'string' ? words.text(title) : title.shown);

function properties(words: Words, column: Column): dashboard.DynamicConfigValue[] {
  const list: dashboard.DynamicConfigValue[] = [];
  const add = (id: string, value: unknown) => list.push({ id, value });
  if (column.width !== undefined) add('custom.width', column.width);
  if (column.unit !== undefined) add('unit', column.unit);
  if (column.decimals !== undefined) add('decimals', column.decimals);
  if (column.mappings) add('mappings', column.mappings);
  else if (column.from.startsWith('=')) add('mappings', notShown(words));
  if (column.thresholds) add('thresholds', { mode: 'absolute', steps: column.thresholds });
  if (column.coloured) {
    add('custom.cellOptions', { type: `color-${column.coloured}`, ...(column.coloured === 'background' && { mode: 'basic' }) });
  }
  if (column.align) add('custom.align', column.align);
  if (column.link) add('links', [dataLink(words, column.link)]);
  return list;
}

export function tablePanel(words: Words, panel: Table): table.PanelBuilder {
  const letters = Object.keys(panel.queries);
  const fields = panel.columns.map((column) => fieldOf(column, letters.length));
  const heads = panel.columns.map((column) => headOf(words, column));
  const builder = dress(new table.PanelBuilder(), words, panel)
    .targets(letters.map((letter) => instant(letter, panel.queries[letter] ?? '')))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'filterFieldsByName', options: { include: { names: fields } } })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
        renameByName: Object.fromEntries(fields.map((field, index) => [field, heads[index] ?? field])),
      },
    })
    .thresholds(threshold(steps()))
    .cellHeight(common.TableCellHeight.Sm)
    .align(common.FieldTextAlignment.Left)
    // Grafana's own 150 makes wide tables scroll sideways.
    .minWidth(70)
    .showHeader(true);
  panel.columns.forEach((column, index) => {
    const list = properties(words, column);
    if (list.length > 0) builder.overrideByName(heads[index] ?? '', list);
  });
  if (panel.sort) {
    builder.sortBy(panel.sort.map(({ column, descending }) =>
      new common.TableSortByFieldStateBuilder().displayName(words.text(column)).desc(descending)));
  }
  return builder;
}
