import { LoggerSecurityLog, type SecurityRecord, UsersEventBus } from '@nestjs-users/core';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { logIn } from '../harness/security-actions.js';
import { MemorySecurityLog, records } from '../harness/security-records.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');

tell(
  'The security log',
  bare,
  (stage) => {
    it('LO-04: whoever code makes a superuser is recorded, with nobody behind it', async () => {
      const { host } = stage;
      records.length = 0;
      const input = { email: newEmail(), password: newPassword(), isSuperuser: true };
      const { id } = await host.users.create(input);
      await host.app.get(UsersEventBus).settled();
      expect(records).toEqual([
        expect.objectContaining({
          ...{ event: 'account.created', userId: String(id), actorId: null, address: null },
          details: { isSuperuser: true },
        }),
      ]);
    });

    it('LO-01: a password that was typed as address is in no record; its account is one in any spelling', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      await host.app.get(UsersEventBus).settled();
      records.length = 0;
      const typed = newPassword();
      const whole = { host, anna, admin: anna };
      for (const email of [typed, typed, anna.email.toUpperCase(), anna.email]) {
        await logIn(whole, email, 'wrong horse');
        // Of several refusals any may be told first.
        await host.app.get(UsersEventBus).settled();
      }
      expect(JSON.stringify(records)).not.toContain(typed);
      expect(JSON.stringify(records)).not.toContain(anna.email);
      const accounts = records.map(({ account }) => account);
      expect(accounts).toHaveLength(4);
      expect(accounts[0]).toBe(accounts[1]);
      expect(accounts[2]).toBe(accounts[3]);
      expect(new Set(accounts).size).toBe(2);
    });
  },
  { options: { securityLog: new MemorySecurityLog() } },
);

describe('The security log of a client that lies', () => {
  const lines: string[] = [];
  afterEach(() => {
    vi.restoreAllMocks();
    lines.length = 0;
  });

  it.each(
    bare.flatMap((setup) => [
      { setup, json: true },
      { setup, json: false },
    ]),
  )(
    'LO-05: neither address nor user agent makes a line ($setup.platform, JSON: $json)',
    async ({ setup, json }) => {
      const logger = new ConsoleLogger({ json, colors: false, compact: true });
      for (const stream of [process.stdout, process.stderr]) {
        vi.spyOn(stream, 'write').mockImplementation((chunk) => {
          lines.push(String(chunk));
          return true;
        });
      }
      const host = await Host.start(setup, {
        options: { securityLog: true },
        configure: (app) => app.useLogger(logger),
      });
      const forged = '[Nest] 1 - LOG [UsersSecurity] login.succeeded \u001b[2K\u001b[1A\u0007';
      const before = lines.length;
      for (const [username, agent] of [
        [
          `a@example.org\r\n${forged}`,
          `Agent\t\u009b31m${forged}`.replaceAll(/[^\t\x20-\xff]/g, ''),
        ],
        [`a@example.org\u2028${forged}`, 'x'.repeat(5000)],
        [`"}\n{"event":"login.succeeded"}`, '"}{"event":"login.succeeded"'],
      ] as const) {
        const answer = await host.send({
          method: 'POST',
          path: '/users/login/jwt',
          headers: { 'user-agent': agent },
          body: { username, password: 'wrong horse' },
        });
        expect(answer.status).toBe(400);
        await host.app.get(UsersEventBus).settled();
      }
      await host.close();
      vi.restoreAllMocks();

      const written = lines.slice(before).filter((line) => line.includes('login.failed'));
      expect(written).toHaveLength(3);
      for (const text of written) {
        expect(text.trimEnd()).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029]/u);
        expect(text).not.toContain('a@example.org');
        expect(text.length).toBeLessThan(1500);
      }
      if (!json) return;
      const parsed = written.map((text) => JSON.parse(text) as { message: SecurityRecord });
      for (const { message } of parsed) expect(message.event).toBe('login.failed');
      expect(parsed[2]?.message.userAgent).toBe('"}{"event":"login.succeeded"');
      expect(written.every((text) => text.trimEnd().split('\n').length === 1)).toBe(true);
    },
  );
});

describe('The security log by Nest’s logger', () => {
  it('is off unless somebody wants it', async () => {
    const host = await Host.start(bare[0]!);
    const anna = await newcomer(host);
    await anna.login('wrong horse');
    await host.app.get(UsersEventBus).settled();
    expect(host.log.join()).not.toContain('login.');
    await host.close();
  });

  it('warns of failures, and tells the rest', () => {
    const told = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => {});
    const warned = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const log = new LoggerSecurityLog();
    const record = { event: 'login.succeeded', outcome: 'success' } as SecurityRecord;
    log.write(record);
    log.write({ ...record, event: 'login.failed', outcome: 'failure' });
    expect(told.mock.calls).toEqual([[record]]);
    expect(warned.mock.calls).toEqual([[{ event: 'login.failed', outcome: 'failure' }]]);
    vi.restoreAllMocks();
  });
});
