// Reads status pages in Debian's Chromium as a phone and a desktop do, light and dark, without
// JavaScript, and takes screenshots.
//
//   ./run [--screenshots DIR] [--url http://127.0.0.1:19787/]
//
// Without --url it serves tests/golden itself. With --url it reads the page of a running agent: then
// only what holds for every page is checked.
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

import { badContrasts, outsideOfViewport, shownStates } from './inspect.mjs';

const golden = new URL('../../golden/', import.meta.url);
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
const schemes = ['light', 'dark'];
const goldenPages = {
  'page.fr.html': { lang: 'fr', bad: true, says: ['2 contrôles en défaut', 'Configuration refusée'] },
  'page.en.html': { lang: 'en', bad: true, says: ['2 checks bad', 'Configuration refused'] },
  'page.good.fr.html': { lang: 'fr', says: ['Tout est bon', 'non démontré'] },
  'page.empty.fr.html': { lang: 'fr', says: ['Aucun contrôle configuré', 'non démontré'] },
  'page.asip.fr.html': { lang: 'fr', says: ['Numérotation ASIP 2018'] },
  'runbook.fr.html': { lang: 'fr', runbook: true, says: ['un contrôle est en défaut', 'État de ce serveur'] },
  'runbook.list.fr.html': { lang: 'fr', runbook: true, says: ["Procédures d'astreinte", 'GhtHostSilent'] },
  'runbook.missing.en.html': { lang: 'en', runbook: true, says: ['No runbook is called "Ght<b>"'] },
};

const options = parseArgs({ options: { screenshots: { type: 'string' }, url: { type: 'string' } } }).values;

let passed = 0;
let failed = 0;

async function serveGolden() {
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, 'http://localhost').pathname.slice(1);
    if (!(name in goldenPages)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(await readFile(new URL(name, golden)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

// What must hold for every page.
async function checkAnyPage(page, origin, requests, complaints) {
  for (const url of requests) assert.ok(url.startsWith(origin) || url.startsWith('data:'), `external request: ${url}`);
  assert.deepEqual(complaints, [], 'console');
  assert.equal(await page.locator('script').count(), 0, 'scripts');
  assert.equal(await page.locator('h1').count(), 1);
  assert.deepEqual(await page.evaluate(outsideOfViewport), [], 'wider than the screen');
  assert.deepEqual(await page.evaluate(badContrasts, 4.5), [], 'contrast under 4.5:1');
  assert.ok(!(await page.innerText('body')).includes('conforme HDS'));
}

// What must hold for the status page, whatever state the agent is in.
async function checkStatusPage(page) {
  assert.equal(await page.locator('meta[http-equiv=refresh]').getAttribute('content'), '15');
  assert.equal(await page.locator('.activity').count(), 6);
  const numbers = await page.locator('.activity .number').allInnerTexts();
  assert.deepEqual(numbers, ['1', '2', '3', '4', '5', '6']);
  for (const { state, text } of await page.evaluate(shownStates)) {
    assert.match(text, /^[✓✕?‖☾] \p{L}/u, `badge of ${state} needs a symbol and a word: ${text}`);
  }
}

async function checkGoldenPage(page, expected, size) {
  assert.equal(await page.getAttribute('html', 'lang'), expected.lang);
  const body = await page.innerText('body');
  for (const words of expected.says) assert.ok(body.replaceAll('\u202f', ' ').includes(words), `must say: ${words}`);
  if (!expected.bad) return;
  const box = await page.locator('.card.bad').first().boundingBox();
  assert.ok(box.y + box.height <= size.height, `first bad check ends at ${box.y + box.height} of ${size.height}`);
  assert.equal(await page.locator('.card').count(), 5);
  assert.equal(await page.locator('img').count(), 0, 'markup out of a title or reason');
}

async function readPage(browser, url, name, expected) {
  const origin = new URL(url).origin;
  for (const [device, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled: false, deviceScaleFactor: 2 });
      const page = await context.newPage();
      const requests = [];
      const complaints = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
      const label = `${name} ${device} ${colorScheme}`;
      try {
        const answer = await page.goto(url);
        assert.equal(answer.status(), 200);
        if (options.screenshots) {
          const path = join(options.screenshots, `${name}.${device}.${colorScheme}`);
          await page.screenshot({ path: `${path}.png` });
          await page.screenshot({ path: `${path}.whole.png`, fullPage: true });
        }
        await checkAnyPage(page, origin, requests, complaints);
        if (!expected?.runbook) await checkStatusPage(page);
        if (expected) await checkGoldenPage(page, expected, viewport);
        passed += 1;
        console.log(`ok ${label}`);
      } catch (error) {
        failed += 1;
        console.error(`FAILED ${label}: ${error.message}`);
      } finally {
        await context.close();
      }
    }
  }
}

async function main() {
  if (options.screenshots) await mkdir(options.screenshots, { recursive: true });
  const profile = await mkdtemp(join(tmpdir(), 'ght-page-'));
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    env: { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
  });
  const server = options.url ? undefined : await serveGolden();
  try {
    if (options.url) {
      await readPage(browser, options.url, 'agent');
    } else {
      for (const [name, expected] of Object.entries(goldenPages)) {
        await readPage(browser, `http://127.0.0.1:${server.address().port}/${name}`, name, expected);
      }
    }
  } finally {
    await browser.close();
    server?.close();
    await rm(profile, { recursive: true, force: true });
  }
}

await main();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
