import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startApplication } from './application.js';
import { hasChromium, launchChromium } from './chromium.js';
import { type Database, databases } from './databases.js';

const PASSWORD = 'correct horse battery';
const ACCESS_TOKEN_SECONDS = 2;

/** Names of the databases; without a browser, of none. */
const names = hasChromium() ? Object.keys(databases) : [];

describe.each(names)('in a browser, on %s', (name) => {
  let database: Database;
  let app: NestFastifyApplication;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    database = await databases[name]!();
    app = await startApplication(database, {
      ACCESS_TOKEN_SECONDS: String(ACCESS_TOKEN_SECONDS),
    });
    // To a browser, this name alone is as good as HTTPS.
    url = `http://localhost:${(app.getHttpServer().address() as AddressInfo).port}/`;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await database?.drop();
    vi.unstubAllEnvs();
  });

  let contexts: BrowserContext[] = [];
  let faults: string[] = [];
  beforeEach(() => {
    faults = [];
  });
  afterEach(async () => {
    for (const context of contexts) await context.close();
    contexts = [];
    if (faults.length > 0) throw new Error(`The page has faults: ${faults.join('; ')}`);
  });

  /** A device with its own cookies. */
  async function device(userAgent: string): Promise<BrowserContext> {
    const context = await browser.newContext({ userAgent });
    contexts.push(context);
    return context;
  }

  async function openTab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      // Chromium tells of every refusal; those are part of the story.
      const isRefusal = message.text().includes('the server responded with a status of 401');
      if (message.type() === 'error' && !isRefusal) faults.push(message.text());
    });
    await page.goto(url);
    await ready(page);
    return page;
  }

  async function ready(page: Page): Promise<void> {
    await page.waitForSelector('body[aria-busy=false]');
  }

  async function enter(page: Page, email: string, act: 'Register' | 'Log in', backend: string) {
    await page.fill('input[name=email]', email);
    await page.fill('input[name=password]', PASSWORD);
    await page.selectOption('select[name=backend]', backend);
    await press(page, `button:text-is("${act}")`);
    expect(await isLoggedIn(page)).toBe(true);
  }

  const devices = (page: Page) => page.locator('#sessions tr td:first-child').allTextContents();
  const isLoggedIn = (page: Page) => page.locator('#account').isVisible();
  const press = async (page: Page, selector: string) => {
    await page.click(selector);
    await ready(page);
  };

  it.each(['session', 'web'])(
    'somebody logs a lost laptop out, and it is out (%s)',
    async (backend) => {
      const email = `${backend}@example.com`;
      const phone = await openTab(await device('A phone'));
      await enter(phone, email, 'Register', backend);
      const laptop = await openTab(await device('<b>A laptop</b>'));
      await enter(laptop, email, 'Log in', backend);

      await press(phone, '#reload');
      expect((await devices(phone)).toSorted()).toEqual(['<b>A laptop</b>', 'A phone']);
      await press(phone, 'tr:has-text("laptop") button');
      expect(await devices(phone)).toEqual(['A phone']);

      await press(laptop, '#reload');
      expect(await isLoggedIn(laptop)).toBe(false);
      expect(await isLoggedIn(phone)).toBe(true);
    },
  );

  it('an access token may expire between two requests of one page', async () => {
    const page = await openTab(await device('A phone'));
    await enter(page, 'between@example.com', 'Register', 'web');
    const expired = { status: 401, json: { message: 'Unauthorized' } };
    await page.route('**/users/me/sessions', (route) => route.fulfill(expired), { times: 1 });
    await press(page, '#reload');
    expect(await devices(page)).toEqual(['A phone']);
  });

  it('two tabs refresh at the same moment, and both stay logged in', async () => {
    const context = await device('A phone');
    const one = await openTab(context);
    await enter(one, 'tabs@example.com', 'Register', 'web');
    const other = await openTab(context);
    expect(await isLoggedIn(other)).toBe(true);

    for (let round = 0; round < 5; round++) {
      const before = await refreshCookie(context);
      const answers = [one, other].map((page) =>
        page.waitForResponse((response) => response.url().endsWith('/users/refresh/web')),
      );
      await Promise.all([press(one, '#refresh'), press(other, '#refresh')]);
      const statuses = (await Promise.all(answers)).map((response) => response.status());
      expect(statuses).toEqual([204, 204]);
      expect([await isLoggedIn(one), await isLoggedIn(other)]).toEqual([true, true]);
      expect(await devices(one)).toEqual(['A phone']);
      // A session rotates once in the ten seconds of grace, so not in every round.
      expect((await refreshCookie(context)) === before).toBe(round > 0);
    }
  });

  it('a token that has expired is replaced without a word, in all tabs', async () => {
    const context = await device('A phone');
    const tabs = [await openTab(context), await openTab(context)];
    await enter(tabs[0]!, 'expired@example.com', 'Register', 'web');
    const access = await cookie(context, '__Host-users-web');
    await new Promise((expired) => {
      setTimeout(expired, (ACCESS_TOKEN_SECONDS + 0.2) * 1000);
    });
    // The second tab shows the login form still; a look is all it takes.
    await Promise.all(
      tabs.map((page) => page.evaluate("document.querySelector('#reload').click()")),
    );
    await Promise.all(tabs.map((page) => ready(page)));
    expect(await Promise.all(tabs.map((page) => isLoggedIn(page)))).toEqual([true, true]);
    expect(await cookie(context, '__Host-users-web')).not.toBe(access);
  });

  it('all others are logged out, and this one stays', async () => {
    const email = 'others@example.com';
    const [phone, tablet] = [await device('A phone'), await device('A tablet')];
    const own = await openTab(phone);
    await enter(own, email, 'Register', 'session');
    const lost = await openTab(tablet);
    await enter(lost, email, 'Log in', 'web');

    await press(own, '#others');
    expect(await devices(own)).toEqual(['A phone']);
    await press(lost, '#reload');
    expect(await isLoggedIn(lost)).toBe(false);

    await press(own, '#logout');
    expect(await isLoggedIn(own)).toBe(false);
    expect(await phone.cookies()).toEqual([]);
  });

  it('no script sees a credential', async () => {
    const context = await device('A phone');
    const page = await openTab(context);
    await enter(page, 'script@example.com', 'Register', 'web');
    expect((await context.cookies()).map((found) => found.name).toSorted()).toEqual([
      '__Host-users-web',
      '__Secure-users-web-refresh',
    ]);
    expect(await page.evaluate('document.cookie')).toBe('');
  });
});

async function cookie(context: BrowserContext, wanted: string): Promise<string> {
  return (await context.cookies()).find(({ name }) => name === wanted)?.value ?? '';
}

function refreshCookie(context: BrowserContext): Promise<string> {
  return cookie(context, '__Secure-users-web-refresh');
}
