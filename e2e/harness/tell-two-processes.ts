import type { UsersModuleExtras } from '@nestjs-users/core';
import { UserRateLimitEntity, UserSessionEntity } from '@nestjs-users/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe } from 'vitest';
import { createSharedDatabase, databases } from './databases.js';
import { AppProcess } from './processes.js';
import { clearPartOfRedis, hasRedis, newPartOfRedis } from './redis.js';
// @ts-expect-error -- plain JavaScript, which the processes run as it stands
import { Users } from './process-user.mjs';
import { TwoProcesses } from './two-processes.js';

/** Tells of races between two processes, on every database; of sessions, with Redis for them, too. */
export function tellTwoProcesses(
  title: string,
  stories: (stage: { readonly two: TwoProcesses }, sessions: string) => void,
  extras: UsersModuleExtras = {},
  { withRedis = false, env = {} }: { withRedis?: boolean; env?: Record<string, string> } = {},
): void {
  const places = databases.map((name) => ({ name, sessions: 'database' }));
  const [server] = databases.filter((name) => name !== 'sqlite');
  if (withRedis && hasRedis) places.push({ name: server ?? 'sqlite', sessions: 'Redis' });
  describe.each(places)(
    `${title}, in two processes on one database ($name, sessions in $sessions)`,
    ({ name, sessions }) => {
      const stage = {} as { two: TwoProcesses };
      const cleanUps: (() => Promise<unknown>)[] = [];

      const redis = sessions === 'Redis' ? newPartOfRedis() : undefined;

      beforeAll(async () => {
        if (redis) cleanUps.push(() => clearPartOfRedis(redis));
        const shared = await createSharedDatabase(name);
        cleanUps.push(shared.drop);
        const database = await new DataSource({
          ...shared.options,
          entities: [Users as never, UserSessionEntity, UserRateLimitEntity],
          synchronize: true,
        }).initialize();
        cleanUps.push(() => database.destroy());
        const start = async (): Promise<AppProcess> => {
          const app = await AppProcess.start(shared.options, extras, redis, env);
          cleanUps.push(() => app.stop());
          return app;
        };
        stage.two = new TwoProcesses(await Promise.all([start(), start()]), database);
      });

      afterAll(async () => {
        for (const cleanUp of cleanUps.toReversed()) await cleanUp();
      });

      stories(stage, sessions);
    },
  );
}
