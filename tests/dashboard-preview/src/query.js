// The queries of a panel, sent to the real Prometheus, as Grafana's Prometheus data source frames their answers.
import { FieldType, rangeUtil, toDataFrame } from '@grafana/data';

export function substitute(text, variables) {
  return text.replace(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (whole, braced, plain) => variables[braced ?? plain] ?? whole);
}

async function ask(path, fields) {
  const answer = await fetch(`/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(fields) });
  const body = await answer.json();
  if (body.status !== 'success') throw new Error(`${body.error}: ${fields.query}`);
  return body.data.result;
}

const withoutName = ({ __name__: _, ...labels }) => labels;

function tableFrame(result, refId, several) {
  const names = [...new Set(result.flatMap((row) => Object.keys(withoutName(row.metric))))].sort();
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: result.map((row) => row.value[0] * 1000), config: {} },
      ...names.map((name) => ({ name, type: FieldType.string, values: result.map((row) => row.metric[name] ?? null), config: {} })),
      { name: several ? `Value #${refId}` : 'Value', type: FieldType.number, values: result.map((row) => Number(row.value[1])), config: {} },
    ],
  });
}

function legend(format, labels) {
  if (format) return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? '');
  const list = Object.entries(withoutName(labels)).map(([name, value]) => `${name}="${value}"`);
  return `{${list.join(', ')}}`;
}

// A missing step is a null: a hole is drawn as a hole.
function seriesFrame(row, target, step) {
  const points = row.values ?? [row.value];
  const times = [];
  const values = [];
  points.forEach(([time, value], index) => {
    if (index > 0 && time - points[index - 1][0] > step) {
      times.push((points[index - 1][0] + step) * 1000);
      values.push(null);
    }
    times.push(time * 1000);
    values.push(Number(value));
  });
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: times, config: { interval: step * 1000 } },
      { name: 'Value', type: FieldType.number, values, labels: withoutName(row.metric),
        config: { displayNameFromDS: legend(target.legendFormat, row.metric) } },
    ],
  });
}

export async function framesOf(panel, variables, range, width) {
  const targets = panel.targets ?? [];
  const tables = targets.filter(({ format }) => format === 'table').length;
  const { intervalMs } = rangeUtil.calculateInterval(range, Math.max(100, Math.floor(width)), '15s');
  const step = intervalMs / 1000;
  const frames = [];
  for (const target of targets) {
    const query = substitute(target.expr, variables);
    if (target.range) {
      const from = Math.floor(range.from.unix() / step) * step;
      const to = Math.floor(range.to.unix() / step) * step;
      const result = await ask('query_range', { query, start: from, end: to, step });
      frames.push(...result.map((row) => seriesFrame(row, target, step)));
      continue;
    }
    const result = await ask('query', { query, time: range.to.unix() });
    if (target.format === 'table') {
      if (result.length > 0) frames.push(tableFrame(result, target.refId, tables > 1));
    } else {
      frames.push(...result.map((row) => seriesFrame(row, target, step)));
    }
  }
  return frames;
}
