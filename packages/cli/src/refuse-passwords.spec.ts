import { describe, expect, it } from 'vitest';
import { refusePasswords } from './refuse-passwords.js';

describe('a password among the arguments', () => {
  it.each([
    [['create-superuser', '--password', 'CANARY']],
    [['create-superuser', '--password=CANARY']],
    [['set-password', '-p', 'CANARY']],
    [['set-password', '-pCANARY']],
    [['set-password', '-PCANARY']],
    [['set-password', '--pass=CANARY']],
    [['--PASSWORD', 'CANARY', 'list']],
  ])('is refused with the reason, and not repeated: %j', (args) => {
    expect(() => refusePasswords(args)).toThrow(/history.*--password-stdin/);
    expect(() => refusePasswords(args)).not.toThrow(/CANARY/);
  });

  it.each([[['set-password', '--password-stdin']], [['list', '--email', 'pass@example.org']]])(
    'is not seen where there is none: %j',
    (args) => {
      expect(() => refusePasswords(args)).not.toThrow();
    },
  );
});
