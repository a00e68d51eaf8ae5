import { expect, it } from 'vitest';
import { normalizePassword } from './normalize-password.js';

it.each([[null], [undefined], [5], [['correct horse battery']], [{}]])(
  'AC-02: %j is no password, whatever the model of an application has let through',
  (value) => expect(normalizePassword(value as string)).toBeUndefined(),
);
