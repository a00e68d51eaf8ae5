import { Body, Controller, Get, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { Host, type HostOptions } from '../harness/host.js';
import { everyPlatform } from '../harness/tell.js';
import { everything } from './applications.js';
import { Fuzzer } from './fuzzer.js';
import { brokenInvariants } from './invariants.js';
import { faultsOf } from './judge.js';
import type { Actor } from './cast.js';
import type { FuzzRequest } from './requests.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');

/** A route that nobody has described to the fuzzer, with a mistake for one shape of one field. */
@Controller('orders')
class BrokenController {
  @Post()
  order(@Body() body: { firstName?: unknown } | undefined) {
    const name = body?.firstName;
    return { greeting: typeof name === 'object' ? (name as unknown as string).trim() : 'Hello.' };
  }
}

/** A route that answers, and is never right. */
@Controller('locked')
class LockedController {
  @Get()
  open(): void {
    throw new Error('relation "locks" does not exist');
  }
}

describe.each(bare)('IN-13, control: on $platform the same fuzzer', ({ platform }) => {
  let host: Host;
  afterEach(() => host.close());
  const start = async (controllers: HostOptions['controllers']) => {
    const setup = { platform, database: 'sqlite', flavour: 'bare' } as const;
    host = await Host.start(setup, { ...everything(setup), controllers });
    return Fuzzer.start(host, 7);
  };

  it('finds a route that fails for one shape of one field, and how to send that again', async () => {
    expect((await start([BrokenController])).routes).toContain('POST /orders');
    const fuzzer = await Fuzzer.start(host, 7, ['POST /orders']);
    await fuzzer.run(500);
    expect(fuzzer.faults.length).toBeGreaterThan(0);
    for (const fault of fuzzer.faults) expect(fault).toMatch(/^POST \/orders: status 500\n/);
    const index = Number(/FUZZ_INDEX=(\d+)/.exec(fuzzer.faults[0]!)?.[1]);
    const again = await Fuzzer.start(host, 7, ['POST /orders']);
    expect((await again.send(index)).status).toBe(500);
  });

  it('finds a route that it cannot reach', async () => {
    const fuzzer = await start([LockedController]);
    await fuzzer.run(fuzzer.routes.length);
    expect(fuzzer.tally.unreached(fuzzer.routes)).toContain('GET /locked');
    expect(fuzzer.faults.length).toBeGreaterThan(0);
  });

  it('finds data that nobody may have', async () => {
    const { cast } = await start([]);
    const thief = await cast.hire('user');
    const users = host.dataSource.getRepository(host.entity);
    await users.update({ id: thief.id }, { isSuperuser: true, role: 'owner', hashedPassword: 'x' });
    expect(await brokenInvariants(cast)).toEqual([
      `${thief.email}: has become a superuser`,
      `${thief.email}: has written what is not theirs`,
      `${thief.email}: has a hash that nobody made`,
    ]);
    for (const { id } of await users.find()) await users.update({ id }, { isActive: false });
    expect((await brokenInvariants(cast)).at(-1)).toBe('no active superuser is left');
  });
});

describe('IN-10, IN-13, control: the judge', () => {
  const request: FuzzRequest = {
    ...{ method: 'GET', path: '/users/relation', lines: [], route: 'GET /users/:id' },
    ...{ who: 'anyone', of: null, target: {} as Actor, wrong: [] },
  };
  const error = (message: string, more = {}) =>
    JSON.stringify({ statusCode: 400, message, ...more });
  const json = { 'content-type': 'application/json' };

  it.each([
    ['a 500', 500, '{"statusCode":500,"message":"x"}', /^status 500$/],
    ['a broken connection', 0, 'socket hang up', /^broken connection/],
    ['a stack', 400, error('at run (/app/src/users.ts:3:1)'), /it shows/],
    ['a statement', 400, error('SELECT "id" FROM users'), /it shows "SELECT "/],
    ['a driver', 400, error('duplicate key value violates …'), /it shows "duplicate key"/],
    ['a hash', 200, '{"hashedPassword":"$2b$10$"}', /it shows "hashedPassword"/],
    ['a password', 400, error('pw-CANARY-1-horse is too short'), /it shows "CANARY"/],
    ['no challenge', 401, '{"statusCode":401,"message":"x"}', /^401 without WWW/],
    ['no time to come back', 429, '{"statusCode":429,"message":"x"}', /^429 without Retry/],
    ['a page', 404, '<h1>Not found</h1>', /is no JSON$/],
    ['another shape', 404, '{"error":"x"}', /^an error without statusCode/],
    ['nothing', 404, '', /^404 without a body$/],
  ])('sees %s', (_title, status, text, fault) => {
    const faults = faultsOf(request, { status, headers: json, text }, () => false);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it.each(['user', 'superuser'] as const)('sees what was done for nobody: %s', (who) => {
    const answer = { status: 200, headers: json, text: '{"id":1}' };
    const [fault] = faultsOf({ ...request, who }, answer, () => false);
    expect(fault).toMatch(/was done for somebody who may not$/);
  });

  it('sees nothing in a good refusal, nor in what the client has said itself', () => {
    const text = JSON.stringify({ statusCode: 404, message: 'Cannot GET /users/relation' });
    expect(faultsOf(request, { status: 404, headers: json, text }, () => false)).toEqual([]);
  });
});
