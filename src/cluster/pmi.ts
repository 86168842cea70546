/**
 * The PMI-1 wire protocol, as far as sharing one string needs it: lines of `cmd=name key=value ...` over a socket that the
 * launcher left open, one answer per command. Hydra (MPICH, Intel MPI) speaks it, and so does Slurm's pmi2 plugin; no MPI
 * library takes part. A put becomes visible to the others with the next barrier.
 */
import type { Socket } from 'node:net';
import { BootstrapError } from './bootstrap-error.js';

/** Each command with the name of its answer. */
const answers = {
  init: 'response_to_init',
  get_maxes: 'maxes',
  get_my_kvsname: 'my_kvsname',
  put: 'put_result',
  get: 'get_result',
  barrier_in: 'barrier_out',
  finalize: 'finalize_ack',
} as const;

export type PmiCommand = keyof typeof answers;
export type PmiFields = Readonly<Record<string, string>>;

const key = 'sheaf';

/** One command line, newline included. */
export function formatCommand(command: PmiCommand, fields: PmiFields = {}): string {
  const words = Object.entries({ cmd: command, ...fields }).map(([name, value]) => `${name}=${value}`);
  return `${words.join(' ')}\n`;
}

/** The fields of an answer to `command`. Raises {@link BootstrapError} if it is another answer, or one of failure. */
export function parseAnswer(command: PmiCommand, line: string): PmiFields {
  const fields: Record<string, string> = {};
  // `msg=` may hold spaces; only its first word is kept, and no later word can pose as a field that came before.
  for (const [, name, value] of line.matchAll(/(\w+)=(\S*)/g)) fields[name] ??= value;
  if (fields.cmd !== answers[command] || (fields.rc ?? '0') !== '0') {
    throw new BootstrapError(
      `the launcher's PMI server answered "${line}" to ${command}; expected ${answers[command]}`,
    );
  }
  return fields;
}

export interface PmiBroadcast {
  /**
   * The launcher's socket. It is closed at the end, but after a failure only with the process: Hydra kills a job that
   * hangs up before its time, and nobody would have said why.
   */
  readonly socket: Socket;
  /** What to share: given by one rank and by no other. */
  readonly value?: string | undefined;
  readonly timeoutMs: number;
}

/** Gives the one `value` to every rank. Raises {@link BootstrapError} when the launcher refuses, hangs up, or `timeoutMs` pass. */
export async function broadcastByPmi({ socket, value, timeoutMs }: PmiBroadcast): Promise<string> {
  const { request, end } = openConversation(socket, timeoutMs);
  try {
    await request('init', { pmi_version: '1', pmi_subversion: '1' });
    const { vallen_max } = await request('get_maxes');
    const { kvsname } = await request('get_my_kvsname');
    for (const [i, piece] of piecesOf(value, Number(vallen_max)).entries())
      await request('put', { kvsname, key: keyOf(i), value: piece });
    await request('barrier_in');
    const { value: first = '' } = await request('get', { kvsname, key: keyOf(0) });
    const [, count = '1', start] = /^(?:(\d+)~)?(.*)$/.exec(first)!;
    let encoded = start!;
    for (let i = 1; i < Number(count); i++) encoded += (await request('get', { kvsname, key: keyOf(i) })).value ?? '';
    await request('barrier_in'); // nobody finalizes, and perhaps ends, before all have read
    await request('finalize');
    socket.destroy();
    return Buffer.from(encoded, 'base64url').toString();
  } finally {
    end();
  }
}

const keyOf = (i: number): string => (i === 0 ? key : `${key}-${i}`);

/**
 * The value in pieces that the launcher takes (commonly 1,024 characters); none for no value. In base64url, as a piece may
 * hold neither spaces nor `=`; where there are several, the first begins with how many, as in `3~`.
 */
export function piecesOf(value: string | undefined, longest: number): string[] {
  if (value === undefined) return [];
  const encoded = Buffer.from(value).toString('base64url');
  if (encoded.length <= longest) return [encoded];
  const room = longest - 8; // for the count
  const pieces = Array.from({ length: Math.ceil(encoded.length / room) }, (_, i) =>
    encoded.slice(i * room, (i + 1) * room),
  );
  return pieces.map((piece, i) => (i === 0 ? `${pieces.length}~${piece}` : piece));
}

interface Conversation {
  readonly request: (command: PmiCommand, fields?: PmiFields) => Promise<PmiFields>;
  readonly end: () => void;
}

/** Commands are answered strictly one after the other, so at most one is waiting at any time. */
function openConversation(socket: Socket, timeoutMs: number): Conversation {
  let received = '';
  let failure: Error | undefined;
  let waiting: { command: PmiCommand; resolve: (line: string) => void; reject: (error: Error) => void } | undefined;

  const fail = (error: Error) => {
    failure ??= error;
    waiting?.reject(failure);
    waiting = undefined;
  };
  const timer = setTimeout(() => {
    const what = waiting?.command === 'barrier_in' ? 'the other ranks, which have not all come' : 'the PMI server';
    fail(new BootstrapError(`waited ${timeoutMs} ms for ${what} (command ${waiting?.command ?? 'none'})`));
  }, timeoutMs);
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    const end = received.indexOf('\n');
    if (end < 0 || !waiting) return;
    const { resolve } = waiting;
    const line = received.slice(0, end);
    received = received.slice(end + 1);
    waiting = undefined;
    resolve(line);
  });
  socket.on('error', (cause) =>
    fail(new BootstrapError(`the launcher's PMI socket failed: ${cause.message}`, { cause })),
  );
  socket.on('close', () => fail(new BootstrapError('the launcher closed its PMI socket')));

  return {
    request: async (command, fields) => {
      if (failure) throw failure;
      const line = await new Promise<string>((resolve, reject) => {
        waiting = { command, resolve, reject };
        socket.write(formatCommand(command, fields));
      });
      return parseAnswer(command, line);
    },
    end: () => {
      clearTimeout(timer);
      socket.unref();
    },
  };
}
