// Holds JSON files against the SDK's own types: validate.js FILE... The schema is made from the types, so an
// enumeration, a missing member or a member of another type is found wherever the SDK declares one.
const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv').default;
const { createGenerator } = require('ts-json-schema-generator');

const sdk = path.join(__dirname, 'node_modules/@grafana/grafana-foundation-sdk/dist');

function validator(folder, type) {
  const schema = createGenerator({
    path: path.join(sdk, folder, 'types.gen.d.ts'), type, skipTypeCheck: true, additionalProperties: false, expose: 'all',
    tsconfig: path.join(__dirname, 'tsconfig.json'),
  }).createSchema(type);
  return new Ajv({ strict: false, allErrors: true, allowUnionTypes: true }).compile(schema);
}

const cache = new Map();
function valid(folder, type) {
  const key = `${folder} ${type}`;
  if (!cache.has(key)) cache.set(key, validator(folder, type));
  return cache.get(key);
}

function complaints(what, folder, type, value) {
  const check = valid(folder, type);
  return check(value) ? [] : check.errors.map(({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`);
}

// `custom` and `options` are untyped in the dashboard's schema; each panel type declares its own.
const withCustom = new Set(['table', 'timeseries']);

function ofDashboard(file) {
  const board = JSON.parse(fs.readFileSync(file, 'utf8'));
  const all = complaints(file, 'dashboard', 'Dashboard', { ...board, panels: [] });
  for (const panel of board.panels) {
    const what = `${file}: ${panel.title}`;
    // The dashboard's schema knows nothing of queries; that of the data source does.
    all.push(...complaints(what, 'dashboard', 'Panel', { ...panel, targets: [] }));
    all.push(...complaints(`${what}: options`, panel.type, 'Options', panel.options));
    if (withCustom.has(panel.type)) all.push(...complaints(`${what}: custom`, panel.type, 'FieldConfig', panel.fieldConfig.defaults.custom ?? {}));
    for (const target of panel.targets ?? []) all.push(...complaints(`${what}: target ${target.refId}`, 'prometheus', 'Dataquery', target));
  }
  return all;
}

const found = process.argv.slice(2).flatMap(ofDashboard);
for (const complaint of found) console.error(complaint);
console.log(`${process.argv.length - 2} files, ${found.length} complaints`);
process.exitCode = found.length === 0 && process.argv.length > 2 ? 0 : 1;
