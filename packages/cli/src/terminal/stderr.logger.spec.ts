import { Logger } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { StderrLogger } from './stderr.logger.js';

function written(isVerbose: boolean, use: (logger: StderrLogger) => void): string {
  let text = '';
  use(new StderrLogger({ write: (chunk) => ((text += String(chunk)), true) }, isVerbose));
  return text;
}

const everything = (logger: StderrLogger): void => {
  logger.log('booting', 'Nest');
  logger.debug('details', 'Nest');
  logger.verbose('more', 'Nest');
  logger.warn('beware', 'Mailer');
  logger.error('broken', 'Error: broken\n    at send (mailer.js:1:2)', 'Mailer');
  logger.fatal(new Error('over'), 'ExceptionHandler');
};

describe('the log of the application while a command runs', () => {
  it('has warnings and errors, without stack traces and without what the command says itself', () => {
    expect(written(false, everything)).toBe(
      'warn [Mailer] beware\nerror [Mailer] broken\n  Error: broken\n',
    );
  });

  it('has everything with --verbose', () => {
    const text = written(true, everything);
    for (const part of ['booting', 'details', 'more', 'beware', 'mailer.js:1:2', 'Error: over']) {
      expect(text).toContain(part);
    }
  });

  it('LO-05: takes no control characters to the terminal', () => {
    const text = written(false, (logger) =>
      logger.warn('a\u001b[31m\nnestjs-users: done', 'Mailer'),
    );
    expect(text).toBe('warn [Mailer] a\\u001b[31m\n  nestjs-users: done\n');
  });

  it('shows objects, and messages without context', () => {
    const text = written(false, (logger) => {
      Logger.overrideLogger(logger);
      Logger.warn({ queue: 3 });
      logger.error(new TypeError('wrong'));
      const late = new Error('late');
      logger.error(late, late.stack); // as Nest does where a hook of the shutdown fails
    });
    Logger.overrideLogger(false);
    expect(text).toBe('warn { queue: 3 }\nerror TypeError: wrong\nerror Error: late\n');
  });
});
