#!/usr/bin/env node
import { runUsersCommand } from '../dist/index.js';

// Applications leave timers and connections behind. Everything has been written by now.
process.exit(await runUsersCommand(process.argv.slice(2)));
