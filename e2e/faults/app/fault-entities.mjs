import { EntitySchema } from 'typeorm';
import { Users } from '../../harness/process-user.mjs';

/** The user of the other processes, with a column of the application's own. */
export const People = new EntitySchema({
  ...Users.options,
  columns: {
    ...Users.options.columns,
    nickname: { type: String, length: 80, nullable: true },
  },
});

/** Written in the transaction of a registration: whoever has no profile is half registered. */
export const Profiles = new EntitySchema({
  name: 'Profile',
  tableName: 'profiles',
  columns: { userId: { type: Number, primary: true } },
});
