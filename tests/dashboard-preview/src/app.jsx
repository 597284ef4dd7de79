// A dashboard as Grafana lays it out, with the head of a page around it: title, variables, range of time, links.
// The address says what to draw: ?dashboard=fr/overview&theme=dark&now=SECONDS&site=REGEX
import { createTheme, dateTime, dateTimeFormat } from '@grafana/data';
import { GlobalStyles, ThemeContext } from '@grafana/ui';
import React from 'react';
import { createRoot } from 'react-dom/client';

import { Panel } from './panel.jsx';
import { fillTransformers, prepare } from './prepare.js';
import { framesOf } from './query.js';

const asked = new URLSearchParams(window.location.search);
const cell = { height: 30, gap: 8 };  // Grafana's grid
const edge = 16;

async function fonts() {
  const faces = [
    new FontFace('Inter', "url(/fonts/Inter-Regular.woff2)", { weight: '400' }),
    new FontFace('Inter', "url(/fonts/Inter-Medium.woff2)", { weight: '500' }),
    new FontFace('Roboto Mono', "url(/fonts/roboto-mono.woff2)", { weight: '400' }),
  ];
  // Canvas text is drawn once: the fonts come first.
  for (const face of faces) document.fonts.add(await face.load());
}

const seconds = { m: 60, h: 3600, d: 86400 };

// "now" and "now-7d": what these dashboards use.
function rangeOf(time, now) {
  const moment = (text) => {
    const [, count = 0, unit = 'm'] = /^now(?:-(\d+)([mhd]))?$/.exec(text) ?? [];
    return dateTime((now - count * seconds[unit]) * 1000);
  };
  return { from: moment(time.from), to: moment(time.to), raw: time };
}

function variablesOf(dashboard) {
  const all = {};
  for (const { name, type, allValue, query } of dashboard.templating.list) {
    all[name] = asked.get(name) ?? (type === 'query' ? allValue : type === 'textbox' ? query : 'prometheus');
  }
  return all;
}

function Head({ dashboard, range, timeZone }) {
  const all = { fr: 'Tous', en: 'All' }[dashboard.tags.at(-1)];
  const shown = dashboard.templating.list.filter(({ hide }) => hide !== 2);
  const moment = (time) => dateTimeFormat(time, { timeZone, format: 'YYYY-MM-DD HH:mm' });
  return (
    <header className="preview-head">
      <strong>{dashboard.title}</strong>
      {shown.map(({ name, label, type }) => (
        <span key={name}><label>{label}</label>{asked.get(name) ?? (type === 'datasource' ? 'Prometheus' : all)}</span>
      ))}
      <span className="preview-range">{moment(range.from)} → {moment(range.to)}</span>
    </header>
  );
}

function Board({ dashboard, ready, look, width }) {
  const unit = (width - 2 * edge + cell.gap) / 24;
  const bottom = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
  return (
    <main style={{ position: 'relative', margin: edge, height: bottom * (cell.height + cell.gap) }}>
      {dashboard.panels.map((panel, index) => {
        const { x, y, w, h } = panel.gridPos;
        const box = {
          position: 'absolute', left: x * unit, top: y * (cell.height + cell.gap), width: w * unit - cell.gap,
          height: h * (cell.height + cell.gap) - cell.gap,
        };
        return (
          <section key={panel.id} style={box} data-panel={panel.title} data-type={panel.type}>
            <Panel panel={panel} ready={ready[index]} look={look} width={box.width} height={box.height} />
          </section>
        );
      })}
    </main>
  );
}

async function draw() {
  const theme = createTheme({ colors: { mode: asked.get('theme') ?? 'dark' } });
  const timeZone = 'Europe/Paris';
  fillTransformers();
  await fonts();
  const dashboard = await (await fetch(`/dashboards/${asked.get('dashboard')}.json`)).json();
  const variables = variablesOf(dashboard);
  const range = rangeOf(dashboard.time, Number(asked.get('now')));
  const width = window.innerWidth;
  const look = { theme, timeZone, range, variables };
  const ready = [];
  for (const panel of dashboard.panels) {
    const frames = await framesOf(panel, variables, range, (panel.gridPos.w / 24) * width);
    ready.push(await prepare(panel, frames, look));
  }
  document.body.style.background = theme.colors.background.canvas;
  createRoot(document.getElementById('root')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Head dashboard={dashboard} range={range} timeZone={timeZone} />
      <Board dashboard={dashboard} ready={ready} look={look} width={width} />
      <footer className="preview-foot">{asked.get('note')}</footer>
    </ThemeContext.Provider>,
  );
  window.previewed = { panels: dashboard.panels.length };
}

draw().catch((error) => {
  console.error(error);
  window.previewed = { error: String(error.stack ?? error) };
});
