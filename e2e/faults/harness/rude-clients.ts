import { connect, type Socket } from 'node:net';

/** What a client does wrong: one connection of it. */
export type Rudeness = (port: number) => Socket;

const LOGIN =
  'POST /users/login/jwt HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ';

/** Comes, and says nothing. */
export const silent: Rudeness = (port) => begin(port);

/** Begins the body of a login; what follows comes letter by letter. */
export const slow: Rudeness = (port) => begin(port, `${LOGIN}5000\r\n\r\n{`);

/** Sends a whole login. */
export const login =
  (credentials: object): Rudeness =>
  (port) => {
    const body = JSON.stringify(credentials);
    return begin(port, `${LOGIN}${body.length}\r\n\r\n${body}`);
  };

/** Always so many of the same kind: in the place of one who was closed another one comes. */
export class Crowd {
  /** How many the application has closed so far. */
  closed = 0;
  #sockets: Socket[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param letter - what each sends every half second */
  constructor(port: number, size: number, rudeness: Rudeness, letter?: string) {
    const renew = () => {
      const alive = this.#sockets.filter(({ destroyed }) => !destroyed);
      this.closed += this.#sockets.length - alive.length;
      if (letter !== undefined) for (const socket of alive) socket.write(letter);
      while (alive.length < size) alive.push(rudeness(port));
      this.#sockets = alive;
    };
    renew();
    this.#timer = setInterval(renew, 500);
  }

  leave(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
  }
}

function begin(port: number, text = ''): Socket {
  const socket = connect(port, '127.0.0.1');
  // Whoever is closed in the middle hears of it, and that is all.
  socket.on('error', () => {});
  socket.resume();
  if (text !== '') socket.write(text);
  return socket;
}
