import { ServiceUnavailableError } from '@nestjs-users/core';
import { Expose, Transform } from 'class-transformer';
import { expect, it } from 'vitest';
import { expectError } from '../harness/errors.js';
import { models, ReadUser } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const vault = { isOpen: true };

/** Shows what has to be fetched, or decrypted, elsewhere. */
class GuardedUser extends ReadUser {
  @Expose()
  @Transform(() => {
    if (!vault.isOpen) throw new ServiceUnavailableError(7, 'The vault is closed.');
    return 'the secret';
  })
  secret!: string;
}

tell(
  'A read model that cannot answer',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    it('LO-02: answers with its error on every route, also on the one without interceptors', async () => {
      const anna = await newcomer(stage.host);
      expect((await anna.me()).body).toMatchObject({ secret: 'the secret' });
      vault.isOpen = false;
      const answers = [
        await anna.me(),
        await anna.send({ method: 'PATCH', path: '/users/me', body: {} }),
      ];
      vault.isOpen = true;
      for (const answer of answers) {
        expectError(answer, 503, 'SERVICE_UNAVAILABLE');
        expect(answer.headers).toMatchObject({ 'retry-after': '7', 'cache-control': 'no-store' });
      }
    });
  },
  { extras: { models: { ...models, user: GuardedUser } } },
);
