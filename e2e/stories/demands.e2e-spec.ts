import { Controller, Get } from '@nestjs/common';
import { Authenticated } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

@Controller('shop')
@Authenticated({ optional: true })
class ShopController {
  @Get('window')
  window(): void {}

  @Get('till')
  @Authenticated()
  till(): void {}

  @Get('safe')
  @Authenticated({ superuser: true })
  safe(): void {}

  @Get('offers')
  @Authenticated({ optional: true, superuser: true })
  offers(): void {}
}

@Controller('branch')
@Authenticated({ verified: true })
class BranchController extends ShopController {}

@Controller('vault')
class VaultController {
  @Get('above')
  @Authenticated()
  @Authenticated({ superuser: true })
  above(): void {}

  @Get('below')
  @Authenticated({ superuser: true })
  @Authenticated({ verified: true })
  below(): void {}
}

tell(
  'What a route demands beyond its class',
  everyPlatform,
  (stage) => {
    /** What a stranger, an ordinary user, a verified one and a verified superuser are answered. */
    const answers = async (path: string): Promise<number[]> => {
      const people = [
        await newcomer(stage.host, 'jwt'),
        await newcomer(stage.host, 'jwt', { isVerified: true }),
        await newcomer(stage.host, 'jwt', { isVerified: true, isSuperuser: true }),
      ];
      const statuses = [(await stage.host.send({ path })).status];
      for (const person of people) statuses.push((await person.send({ path })).status);
      return statuses;
    };

    describe('CF-05: an optional class opens no route that demands somebody', () => {
      it.each([
        ['/shop/window', [200, 200, 200, 200]],
        ['/shop/till', [401, 200, 200, 200]],
        ['/shop/safe', [401, 403, 403, 200]],
        ['/shop/offers', [200, 200, 200, 200]],
        ['/branch/window', [401, 403, 200, 200]],
        ['/branch/safe', [401, 403, 403, 200]],
      ])('%s', async (path, statuses) => expect(await answers(path)).toEqual(statuses));
    });

    describe('CF-05: demands above each other on one route all hold', () => {
      it.each([
        ['/vault/above', [401, 403, 403, 200]],
        ['/vault/below', [401, 403, 403, 200]],
      ])('%s', async (path, statuses) => expect(await answers(path)).toEqual(statuses));
    });
  },
  { controllers: [ShopController, BranchController, VaultController] },
);
