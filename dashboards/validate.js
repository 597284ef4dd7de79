// Holds JSON files against the SDK's own types: validate.js FILE... The schema is made from the types, so an
// enumeration, a missing member or a member of another type is found wherever the SDK declares one.
const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv').default;
const { createGenerator } = require('ts-json-schema-generator');

const generator = createGenerator({
  path: path.join(__dirname, 'schema.ts'), tsconfig: path.join(__dirname, 'tsconfig.json'),
  skipTypeCheck: true, additionalProperties: false, expose: 'all',
});

const checks = new Map();
function complaints(what, type, value) {
  if (!checks.has(type)) {
    checks.set(type, new Ajv({ strict: false, allErrors: true, allowUnionTypes: true }).compile(generator.createSchema(type)));
  }
  const check = checks.get(type);
  return check(value) ? [] : check.errors.map(({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`);
}

// `custom` and `options` are untyped in the dashboard's schema; each panel type declares its own.
const withCustom = new Set(['table', 'timeseries']);

function ofDashboard(file) {
  const board = JSON.parse(fs.readFileSync(file, 'utf8'));
  const all = complaints(file, 'Json_Dashboard', { ...board, panels: [] });
  for (const panel of board.panels) {
    const what = `${file}: ${panel.title}`;
    // The dashboard's schema knows nothing of queries; that of the data source does.
    all.push(...complaints(what, 'Json_Panel', { ...panel, targets: [] }));
    all.push(...complaints(`${what}: options`, `Options_${panel.type}`, panel.options));
    if (withCustom.has(panel.type)) all.push(...complaints(`${what}: custom`, `Custom_${panel.type}`, panel.fieldConfig.defaults.custom ?? {}));
    for (const target of panel.targets ?? []) all.push(...complaints(`${what}: query ${target.refId}`, 'Json_Query', target));
  }
  return all;
}

const found = process.argv.slice(2).flatMap(ofDashboard);
for (const complaint of found) console.error(complaint);
console.log(`${process.argv.length - 2} files, ${found.length} complaints`);
process.exitCode = found.length === 0 && process.argv.length > 2 ? 0 : 1;
