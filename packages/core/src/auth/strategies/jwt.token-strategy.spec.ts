import { describe, expect, it } from 'vitest';
import { JwtTokenStrategy } from './jwt.token-strategy.js';

const OLD = 'Zk3vQ8rT1xW6yB9nC4mF7hJ2pL5sD0gA';
const NEW = 'aH5tR2wE9qY6uI3oP8zX1cV4bN7mK0jL';
const claims = { subject: '1', fingerprint: 'abcdefghijklmnopqrstuv' };
const binding = { backend: 'jwt' };

describe('JwtTokenStrategy', () => {
  it('TK-11: a secret is replaced without logging anybody out, and retired', async () => {
    const before = new JwtTokenStrategy({ secret: OLD });
    const during = new JwtTokenStrategy({ secret: NEW, previousSecrets: [OLD] });
    const after = new JwtTokenStrategy({ secret: NEW });
    const old = (await before.write(claims, binding)).token;
    const fresh = (await during.write(claims, binding)).token;

    expect(await during.read(old, binding)).toEqual(claims);
    expect(await during.read(fresh, binding)).toEqual(claims);
    expect(await after.read(fresh, binding)).toEqual(claims);
    expect(await after.read(old, binding)).toBeNull();
    expect(await before.read(fresh, binding)).toBeNull();
  });

  it('TK-11: the Passport strategy reads tokens of both secrets', async () => {
    const during = new JwtTokenStrategy({ secret: NEW, previousSecrets: [OLD] });
    const tokens = [
      await new JwtTokenStrategy({ secret: OLD }).write(claims, binding),
      await during.write(claims, binding),
    ];
    for (const { token } of tokens) {
      const user = await new Promise((resolve, reject) => {
        const strategy = during.createPassportStrategy({
          ...binding,
          extract: () => token,
          verify: async (found) => found,
        });
        const actions = { success: resolve, fail: reject, error: reject };
        Object.assign(Object.create(strategy) as typeof strategy, actions).authenticate(
          {} as never,
          {} as never,
        );
      });
      expect(user).toEqual(claims);
    }
  });

  it('TK-10: an old secret must be a good one too', () => {
    expect(() => new JwtTokenStrategy({ secret: NEW, previousSecrets: ['secret'] })).toThrow(
      /previousSecrets is too short/,
    );
  });
});
