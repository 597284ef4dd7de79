// Frames through the panel's transformations and field configuration, with @grafana/data's own code.
import {
  applyFieldOverrides, cacheFieldDisplayNames, FieldConfigOptionsRegistry, FieldType, standardTransformers,
  standardTransformersRegistry, transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';

import { defaultsOf } from './defaults.js';
import { substitute } from './query.js';

const standard = [
  'unit', 'min', 'max', 'decimals', 'displayName', 'noValue', 'thresholds', 'mappings', 'links', 'color', 'fieldMinMax', 'filterable',
];

export function fillTransformers() {
  const seen = new Set();
  standardTransformersRegistry.setInit(() => Object.values(standardTransformers)
    .filter(({ id }) => !seen.has(id) && seen.add(id))
    .map((transformation) => ({
      id: transformation.id, name: transformation.name, editor: () => null, imageDark: '', imageLight: '',
      transformation: () => Promise.resolve(transformation),
    })));
}


// Only properties in the registry are applied; the real list is in the plugins. This one is what the JSON uses.
function registryFor(fieldConfig) {
  const custom = new Set(Object.keys(fieldConfig.defaults.custom ?? {}).map((name) => `custom.${name}`));
  for (const { properties } of fieldConfig.overrides) {
    for (const { id } of properties) if (id.startsWith('custom.')) custom.add(id);
  }
  const items = [...standard, ...custom].map((id) => ({
    id, path: id.replace(/^custom\./, ''), name: id, isCustom: id.startsWith('custom.'), override: undefined, editor: undefined,
    process: (value) => value,
    shouldApply: (field) => !(id.startsWith('custom.axis') && field.type === FieldType.time),
  }));
  return new FieldConfigOptionsRegistry(() => items);
}

const lowest = (steps) => steps?.forEach((step) => { if (step.value === null) step.value = -Infinity; });

export function fieldConfigOf(panel) {
  const config = structuredClone(panel.fieldConfig ?? { defaults: {}, overrides: [] });
  config.defaults ??= {};
  config.overrides ??= [];
  config.defaults.custom = { ...defaultsOf(panel.type).custom, ...config.defaults.custom };
  config.defaults.color ??= { mode: panel.type === 'timeseries' ? 'palette-classic' : 'thresholds' };
  lowest(config.defaults.thresholds?.steps);
  for (const { properties } of config.overrides) {
    for (const { id, value } of properties) if (id === 'thresholds') lowest(value.steps);
  }
  return config;
}

export async function prepare(panel, frames, { theme, timeZone, variables }) {
  for (const { id } of panel.transformations ?? []) {
    // Grafana 13 passes the data on in silence when it does not know one.
    if (!standardTransformersRegistry.getIfExists(id)) throw new Error(`unknown transformation ${id}`);
  }
  const replaceVariables = (text) => substitute(text, variables);
  const context = { interpolate: replaceVariables };
  const data = await firstValueFrom(transformDataFrame(panel.transformations ?? [], frames, context));
  const fieldConfig = fieldConfigOf(panel);
  const out = applyFieldOverrides({
    data, fieldConfig, replaceVariables, theme, timeZone, fieldConfigRegistry: registryFor(fieldConfig),
    dataLinkPostProcessor: undefined,
  });
  cacheFieldDisplayNames(out);
  return { frames: out, fieldConfig, replaceVariables };
}

