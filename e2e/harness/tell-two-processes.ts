import type { UsersModuleExtras } from '@nestjs-users/core';
import { UserSessionEntity } from '@nestjs-users/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe } from 'vitest';
import { createSharedDatabase, databases } from './databases.js';
import { AppProcess } from './processes.js';
// @ts-expect-error -- plain JavaScript, which the processes run as it stands
import { Users } from './process-user.mjs';
import { TwoProcesses } from './two-processes.js';

/** Tells of races between two processes, on every database. */
export function tellTwoProcesses(
  title: string,
  stories: (stage: { readonly two: TwoProcesses }) => void,
  extras: UsersModuleExtras = {},
): void {
  describe.each(databases)(`${title}, in two processes on one database (%s)`, (name) => {
    const stage = {} as { two: TwoProcesses };
    const cleanUps: (() => Promise<unknown>)[] = [];

    beforeAll(async () => {
      const shared = await createSharedDatabase(name);
      cleanUps.push(shared.drop);
      const database = await new DataSource({
        ...shared.options,
        entities: [Users as never, UserSessionEntity],
        synchronize: true,
      }).initialize();
      cleanUps.push(() => database.destroy());
      const start = async (): Promise<AppProcess> => {
        const app = await AppProcess.start(shared.options, extras);
        cleanUps.push(() => app.stop());
        return app;
      };
      stage.two = new TwoProcesses(await Promise.all([start(), start()]), database);
    });

    afterAll(async () => {
      for (const cleanUp of cleanUps.toReversed()) await cleanUp();
    });

    stories(stage);
  });
}
