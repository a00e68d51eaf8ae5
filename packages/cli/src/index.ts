export { EXIT_CODES, type ExitCode } from './exit-codes.js';
export type { ApplicationModule } from './application/choose-module.js';
export { runUsersCommand, type RunOptions } from './run.js';
