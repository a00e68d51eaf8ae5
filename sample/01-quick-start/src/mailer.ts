import { Injectable } from '@nestjs/common';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Prints mails. Put your provider here. */
@Injectable()
export class Mailer {
  async send({ to, subject, text }: Mail): Promise<void> {
    console.log(`\n  Mail to ${to}: ${subject}\n  ${text}\n`);
  }
}
