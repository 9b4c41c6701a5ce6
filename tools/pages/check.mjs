// Looks at reports as people do, in headless Chromium: a desktop in light and dark, a phone, A4 paper. Fails on anything a
// reader would lose, and leaves pictures and PDF beside. Usage: node check.mjs OUT PAGE.html…
import { chromium } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [out, ...files] = process.argv.slice(2);
const paper = { width: 688, height: 1000 }; // A4 less its margins, in CSS pixels

// scan runs in the page: what sticks out sideways or is cut, of what can be seen.
function scan() {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide on a screen of ${root.clientWidth}`);
  const hidden = e => { const c = e.closest('thead, caption'); return c && getComputedStyle(c).position === 'absolute'; };
  const scrolls = e => { for (let p = e; p; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true; return false; };
  for (const e of document.querySelectorAll('body *:not(svg *)')) {
    const style = getComputedStyle(e), own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || hidden(e) || !e.checkVisibility()) continue;
    const r = e.getBoundingClientRect();
    if (!r.width || !r.height) found.push(`<${e.tagName}> shows nothing of "${e.textContent.slice(0, 40)}"`);
    if (/hidden|clip/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1) found.push(`cut: "${e.textContent.slice(0, 40)}"`);
    if (!scrolls(e) && r.right > root.clientWidth + 1) found.push(`sticks out by ${Math.round(r.right - root.clientWidth)}: "${e.textContent.slice(0, 40)}"`);
  }
  return found;
}

// drawings runs in the page: each has a name and a description, and every text lies within and on no other.
function drawings() {
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    const name = svg.querySelector(':scope > title')?.textContent.trim();
    if (!name || !svg.querySelector(':scope > desc')?.textContent.trim()) found.push('a drawing without title or description');
    const view = svg.viewBox.baseVal, boxes = [];
    for (const t of svg.querySelectorAll('text')) {
      const b = t.getBBox();
      if (b.x < view.x - 1 || b.x + b.width > view.x + view.width + 1 || b.y < view.y - 1 || b.y + b.height > view.y + view.height + 1) found.push(`${name}: "${t.textContent}" is cut`);
      for (const [o, other] of boxes) {
        const w = Math.min(b.x + b.width, o.x + o.width) - Math.max(b.x, o.x), h = Math.min(b.y + b.height, o.y + o.height) - Math.max(b.y, o.y);
        if (w > 2 && h > 4) found.push(`${name}: "${t.textContent}" lies on "${other}"`);
      }
      boxes.push([b, t.textContent]);
    }
  }
  return found;
}

// accessible runs all rules, or those that a size or a colour scheme can change.
async function accessible(page, rules) {
  if (!rules) await page.evaluate(axe); // by the debugger: the page's own policy lets no script in
  const { violations } = await page.evaluate(rules => window.axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) }), rules);
  return violations.map(v => `${v.id}: ${v.help} (${v.nodes.length}×, ${v.nodes[0].target})`);
}

// printed checks the PDF: pages, the running foot on each, EXERCISE on each of a drill, every heading in full.
async function printed(page, pdf) {
  const found = [];
  await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
  const pages = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\f').slice(0, -1);
  if (!pages.length) found.push('the PDF has no page');
  const { mark, heads } = await page.evaluate(() => ({
    mark: document.body.classList.contains('exercise') ? document.querySelector('.mark').textContent : '',
    heads: [...document.querySelectorAll('h1, h2, h3')].map(h => h.textContent),
  }));
  const flat = s => s.replace(/[\s\u00a0\u202f\u00ad-]+/g, '');
  const all = flat(pages.join(''));
  for (const h of heads) if (!all.includes(flat(h))) found.push(`paper has no heading "${h}"`);
  pages.forEach((p, i) => {
    if (!flat(p).includes(`${i + 1}/${pages.length}`)) found.push(`page ${i + 1} has no number`);
    if (mark && !p.includes(mark)) found.push(`page ${i + 1} does not say ${mark}`);
  });
  execFileSync('pdftoppm', ['-r', '60', '-l', '6', '-png', pdf, pdf.replace(/\.pdf$/, '')]);
  return found;
}

async function look(browser, file) {
  const found = [], name = basename(file, '.html'), asked = [];
  const tell = (where, list) => found.push(...[...new Set(list)].map(f => `${where}: ${f}`));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  page.on('request', r => asked.push(r.url()));
  page.on('console', m => found.push(`console: ${m.text()}`));
  page.on('pageerror', e => found.push(`error: ${e.message}`));
  await page.goto(pathToFileURL(resolve(file)).href, { waitUntil: 'load' });
  if (await page.locator('script').count()) found.push('there is a script in it');
  for (const [where, size, colorScheme] of [['desktop', { width: 1280, height: 900 }, 'light'], ['dark', { width: 1280, height: 900 }, 'dark'], ['phone', { width: 390, height: 844 }, 'light'], ['narrow', { width: 320, height: 640 }, 'light']]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    tell(where, await page.evaluate(scan));
    if (where === 'desktop') tell(where, await page.evaluate(drawings));
    if (where !== 'narrow') await page.screenshot({ path: join(out, `${name}.${where}.png`), fullPage: true });
    if (where !== 'narrow') tell(where, await accessible(page, { dark: ['color-contrast'], phone: ['target-size', 'scrollable-region-focusable', 'meta-viewport'] }[where]));
  }
  await page.setViewportSize(paper);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  tell('paper', await page.evaluate(scan));
  tell('paper', await printed(page, join(out, `${name}.pdf`)));
  if (asked.length !== 1) found.push(`asks for more than itself: ${asked.slice(1)}`);
  await page.close();
  return found;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || 'chromium', args: ['--no-sandbox'] });
let failed = 0;
for (const file of files) {
  const found = await look(browser, file);
  if (found.length) failed++;
  for (const f of found) console.error(`${file}: ${f}`);
}
await browser.close();
console.log(`pages in a browser: ${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed || !files.length ? 1 : 0;
