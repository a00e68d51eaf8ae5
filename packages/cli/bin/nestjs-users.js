#!/usr/bin/env node
import { runUsersCommand } from '../dist/index.js';

// Nothing is left that could still happen, and there is no answer.
process.once('beforeExit', () => {
  console.error('nestjs-users: The application waits for something that never comes.');
  process.exit(1);
});

// Applications leave timers and connections behind. Everything has been written by now.
process.exit(await runUsersCommand(process.argv.slice(2)));
