import { Injectable } from '@nestjs/common';

/** Prints mails. Put your provider here. */
@Injectable()
export class Mailer {
  async send(to: string, subject: string, text: string): Promise<void> {
    console.log(`\n  Mail to ${to}: ${subject}\n  ${text}\n`);
  }
}
