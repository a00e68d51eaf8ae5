/** Notes what would end a process that nobody watches: rejections and errors that nobody has caught. */
export class ProcessWatch {
  readonly seen: string[] = [];
  readonly #note = (reason: unknown): void => {
    this.seen.push(reason instanceof Error ? `${reason.stack}` : String(reason));
  };

  begin(): void {
    process.on('unhandledRejection', this.#note);
    process.on('uncaughtExceptionMonitor', this.#note);
    process.on('exit', this.#note);
  }

  end(): void {
    process.off('unhandledRejection', this.#note);
    process.off('uncaughtExceptionMonitor', this.#note);
    process.off('exit', this.#note);
  }
}
