import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { CancelledError } from '../cli.errors.js';
import { HiddenPrompt } from './hidden-prompt.js';

describe('a hidden prompt', () => {
  let keyboard: PassThrough;
  let screen: string;
  let prompt: HiddenPrompt;

  beforeEach(() => {
    keyboard = new PassThrough();
    screen = '';
    const writer = { write: (text: unknown) => ((screen += String(text)), true) };
    prompt = new HiddenPrompt({ stdin: keyboard, stdout: writer, stderr: writer });
  });

  it('shows the questions, and nothing of the answers', async () => {
    const first = prompt.ask('New password of a\u001b[2J');
    keyboard.write('correct horsf\u007fe\r');
    expect(await first).toBe('correct horse');
    const second = prompt.ask('The same again');
    keyboard.write('ünï 🙂\r');
    expect(await second).toBe('ünï 🙂');
    prompt.close();
    expect(screen).toBe('New password of a\\u001b[2J: \nThe same again: \n');
  });

  it.each([
    ['Ctrl+C', '\u0003'],
    ['Ctrl+D', '\u0004'],
  ])('is left by %s', async (_key, typed) => {
    const question = prompt.ask('New password');
    keyboard.write(typed);
    await expect(question).rejects.toThrow(CancelledError);
  });

  it('asks nothing more of somebody who has left in between', async () => {
    const question = prompt.ask('New password');
    keyboard.write('weak\r\u0003');
    expect(await question).toBe('weak');
    await expect(prompt.ask('New password')).rejects.toThrow(CancelledError);
  });
});
