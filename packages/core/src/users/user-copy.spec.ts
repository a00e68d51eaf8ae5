import { describe, expect, it } from 'vitest';
import { copyUser } from './user-copy.js';
import type { BaseUser } from './user.js';

class Role {
  constructor(readonly name: string) {}
  readonly onChange = (): void => {};
}

class User {
  id = 1;
  createdAt = new Date(0);
  settings = { theme: { colour: 'red' }, seen: [new Date(0)] };
  roles = [new Role('editor')];
  tags = ['a'];
}

describe('EV-09: copyUser', () => {
  const user = new User();
  const copy = copyUser(user as unknown as BaseUser) as unknown as User;

  it('shares no data with the original, at any depth', () => {
    expect(copy).toBeInstanceOf(User);
    expect(copy).toEqual(user);
    copy.createdAt.setFullYear(1999);
    copy.settings.theme.colour = 'blue';
    copy.settings.seen[0]?.setFullYear(1999);
    copy.tags.push('b');
    expect(user.createdAt).toEqual(new Date(0));
    expect(user.settings).toEqual({ theme: { colour: 'red' }, seen: [new Date(0)] });
    expect(user.tags).toEqual(['a']);
  });

  it('keeps objects of a class as they are, in lists too', () => {
    expect(copy.roles).not.toBe(user.roles);
    expect(copy.roles[0]).toBe(user.roles[0]);
  });

  it('gives a key named __proto__ no meaning', () => {
    const settings = JSON.parse('{"__proto__":{"isSuperuser":true}}') as object;
    const { settings: copied } = copyUser({ settings } as unknown as BaseUser) as never as {
      settings: { isSuperuser?: boolean };
    };
    expect(copied.isSuperuser).toBeUndefined();
    expect(Object.keys(copied)).toEqual(['__proto__']);
  });
});
