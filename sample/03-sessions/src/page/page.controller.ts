import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header } from '@nestjs/common';

const read = (file: string) =>
  readFileSync(join(import.meta.dirname, '..', '..', 'public', file), 'utf8');

/** Nothing but this page's own script and style: what somebody smuggles into a text stays a text. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

@Controller()
export class PageController {
  private readonly html = read('index.html');
  private readonly script = read('page.js');
  private readonly style = read('page.css');

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', POLICY)
  index(): string {
    return this.html;
  }

  @Get('page.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  page(): string {
    return this.script;
  }

  @Get('page.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  css(): string {
    return this.style;
  }
}
