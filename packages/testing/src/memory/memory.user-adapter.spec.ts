import type { BaseUser, NewUser } from '@nestjs-users/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeUserAdapter } from '../contract/describe-user-adapter.js';
import { MemoryUserAdapter } from './memory.user-adapter.js';

for (const ids of ['uuid', 'integer'] as const) {
  describeUserAdapter({
    name: `MemoryUserAdapter with ids: '${ids}'`,
    framework: { describe, it, beforeAll, afterAll },
    setUp: () => ({ adapter: new MemoryUserAdapter({ ids }) }),
  });
}

interface Member extends BaseUser<string> {
  address: { city: string };
  tags: string[];
}

describe('MemoryUserAdapter', () => {
  const member = (name: string): NewUser<Member> => ({
    email: `${name}@example.org`,
    canonicalEmail: `${name}@example.org`,
    pendingEmail: null,
    hashedPassword: null,
    securityStamp: '0'.repeat(32),
    isActive: true,
    isSuperuser: false,
    isVerified: false,
    createdAt: new Date(),
    updatedAt: new Date(),
    address: { city: 'Bern' },
    tags: ['a'],
  });

  it('keeps own properties, whatever they are called, and copies them in depth', async () => {
    const adapter = new MemoryUserAdapter<Member>();
    const columns = {
      ...member('anna'),
      ...(JSON.parse('{"__proto__":{"isSuperuser":true}}') as object),
    };
    const user = await adapter.create(columns);
    expect(user).toMatchObject({ address: { city: 'Bern' }, tags: ['a'] });
    user.address.city = 'Basel';
    columns.tags?.push('b');
    const found = await adapter.findById(user.id);
    expect(found).toMatchObject({ address: { city: 'Bern' }, tags: ['a'], isSuperuser: false });
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });

  it('keeps the class of what a list holds', async () => {
    class Badge {
      shine = (): string => 'bright';
    }
    const adapter = new MemoryUserAdapter<Member & { badges: Badge[] }>();
    const { id } = await adapter.create({ ...member('badge'), badges: [new Badge()] });
    expect((await adapter.findById(id))?.badges[0]?.shine()).toBe('bright');
  });

  it('gives random UUIDs by default', async () => {
    const { id } = await new MemoryUserAdapter<Member>().create(member('anna'));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('clears all users, but never gives an id twice', async () => {
    const adapter = new MemoryUserAdapter({ ids: 'integer' });
    const { id } = await adapter.create(member('anna'));
    adapter.clear();
    expect(await adapter.list({ limit: 10 })).toEqual([]);
    expect(await adapter.create(member('anna'))).toMatchObject({ id: Number(id) + 1 });
  });
});
