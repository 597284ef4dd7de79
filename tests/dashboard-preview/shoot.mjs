// Draws dashboards and takes their pictures; fails on a console error or on an empty panel.
//
//   node shoot.mjs --prometheus http://127.0.0.1:9090 --now SECONDS [--out DIR] [--size 1920x1080]
//                  [--theme dark]... [--variable site=annexe]... [--may-be-empty] [--say TEXT] [--note TEXT] DASHBOARD...
//
// DASHBOARD: fr/overview, en/oncall, ... --say counts the single figures that say TEXT; --note is written below.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
const dashboards = join(here, '../../dashboards/grafana');
const modules = join(here, 'node_modules');
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', json: 'application/json', svg: 'image/svg+xml', woff2: 'font/woff2' };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prometheus: { type: 'string' }, now: { type: 'string' }, out: { type: 'string' }, theme: { type: 'string', multiple: true },
    size: { type: 'string', default: '1920x1080' }, variable: { type: 'string', multiple: true, default: [] },
    'may-be-empty': { type: 'boolean', default: false }, say: { type: 'string' }, note: { type: 'string', default: '' },
  },
});

async function bundle() {
  const into = join(modules, '.cache/preview');
  await rm(into, { recursive: true, force: true });
  const empty = { name: 'empty', setup(given) {
    // Editors and telemetry: nothing that a panel draws with.
    given.onResolve({ filter: /^(monaco-editor|@monaco-editor\/react|@grafana\/faro-web-sdk)/ }, () => ({ path: join(here, 'empty/index.cjs') }));
  } };
  await build({
    entryPoints: { app: join(here, 'src/app.jsx') }, outdir: into, bundle: true, splitting: true, format: 'esm', jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' }, loader: { '.svg': 'dataurl', '.woff2': 'file', '.woff': 'file', '.ttf': 'file' },
    plugins: [empty], logLevel: 'error', minify: false,
  });
  return into;
}

// Only what the page needs; everything else is a 404, which is a console error, which fails.
function fileOf(path, bundled) {
  const inside = (folder, rest) => join(folder, normalize(`/${rest}`));
  if (path === '/') return join(here, 'src/page.html');
  if (path.startsWith('/dashboards/')) return inside(dashboards, path.slice('/dashboards/'.length));
  const font = /^(?:\/fonts|\/public\/fonts\/inter)\/(Inter-.*)$/.exec(path);
  if (font) return inside(join(modules, 'inter-ui/web'), font[1]);
  if (path === '/fonts/roboto-mono.woff2') return join(modules, '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2');
  const picture = /^\/public\/(?:build\/)?(img\/.*)$/.exec(path);
  if (picture) return inside(join(modules, '@grafana/ui/dist/public'), picture[1]);
  return inside(bundled, path);
}

async function serve(bundled) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    try {
      if (pathname.startsWith('/api/v1/')) {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const answer = await fetch(options.prometheus + pathname, {
          method: 'POST', body: Buffer.concat(chunks), headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        });
        response.writeHead(200, { 'Content-Type': types.json }).end(Buffer.from(await answer.arrayBuffer()));
        return;
      }
      const file = fileOf(pathname, bundled);
      const content = await readFile(file);
      response.writeHead(200, { 'Content-Type': types[file.split('.').at(-1)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

// What each panel shows, to find those that show nothing.
const shown = () => [...document.querySelectorAll('[data-panel]')].map((panel) => ({
  title: panel.dataset.panel, type: panel.dataset.type, nothing: panel.querySelector('[data-nothing]') !== null,
  rows: panel.querySelectorAll('[role=row]').length, canvas: panel.querySelectorAll('canvas').length, text: panel.innerText,
}));

function emptyPanels(panels) {
  return panels.filter(({ type, nothing, rows, canvas, text, title }) => nothing || text.replace(title, '').trim() === ''
    || (type === 'table' && rows < 2) || (type === 'timeseries' && canvas === 0));
}

async function shoot(browser, origin, dashboard, theme) {
  const [width, height] = options.size.split('x').map(Number);
  const page = await browser.newPage({ viewport: { width, height }, locale: dashboard.includes('fr/') ? 'fr-FR' : 'en-GB', timezoneId: 'Europe/Paris' });
  const complaints = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (answer) => { if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`); });
  const fields = new URLSearchParams({ dashboard, theme, now: options.now, note: options.note });
  for (const variable of options.variable) fields.set(...variable.split('='));
  await page.goto(`${origin}/?${fields}`);
  await page.waitForFunction(() => window.previewed !== undefined, null, { timeout: 90_000 });
  const { error, panels: count } = await page.evaluate(() => window.previewed);
  if (error) throw new Error(`${dashboard}: ${error}`);
  await page.waitForFunction((wanted) => document.querySelectorAll('[data-panel]').length === wanted, count);
  await page.waitForLoadState('networkidle');
  const bottom = await page.evaluate(() => document.documentElement.scrollHeight);
  if (bottom > height) await page.setViewportSize({ width, height: bottom });
  // Two frames: charts draw after they were measured.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const panels = await page.evaluate(shown);
  if (options.out) {
    await mkdir(options.out, { recursive: true });
    await page.screenshot({ path: join(options.out, `${dashboard.replaceAll('/', '-')}-${theme}.png`), fullPage: true });
  }
  await page.close();
  const empty = options['may-be-empty'] ? [] : emptyPanels(panels).map(({ title }) => `empty panel: ${title}`);
  return { panels, problems: [...complaints, ...empty] };
}

const bundled = await bundle();
const server = await serve(bundled);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'] });
let failed = 0;
for (const dashboard of positionals) {
  for (const theme of options.theme ?? ['dark']) {
    const { panels, problems } = await shoot(browser, `http://127.0.0.1:${server.address().port}`, dashboard, theme);
    console.log(`${problems.length === 0 ? 'ok' : 'FAILED'} ${dashboard} ${theme}: ${panels.length} panels`);
    if (options.say) {
      const figures = panels.filter(({ type }) => type === 'stat');
      console.log(`  ${figures.filter(({ text }) => text.includes(options.say)).length} of ${figures.length} figures say ${options.say}`);
    }
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) failed += 1;
  }
}
await browser.close();
server.close();
process.exitCode = failed === 0 ? 0 : 1;
