/** Runs all cases; as a program, prints what went wrong as JSON: node run-cases.js [process|thread] [inherit] [value] */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { ShipOptions } from '../../src/shipping/ship.js';
import { cases, refusals } from './cases.js';
import { oddCases } from './odd-cases.js';
import { type Kind, type Remote, startRemote } from './remote.js';

export interface Tally {
  readonly passed: number;
  readonly failures: readonly string[];
}

type Case = readonly [label: string, run: (call: Remote['call']) => Promise<unknown>, expected: unknown];

export async function runCases(kind: Kind, options: ShipOptions = {}, execArgv: string[] = []): Promise<Tally> {
  const remote = startRemote(kind, options, execArgv);
  const failures: string[] = [];
  try {
    for (const [label, run, expected] of [...cases, ...oddCases] as unknown as Case[]) {
      try {
        const result = await run(remote.call);
        const ok = typeof expected === 'function' ? expected(result) : isDeepStrictEqual(result, expected);
        if (!ok) failures.push(`${label}: ${inspect(result)}, not ${inspect(expected)}`);
      } catch (error) {
        failures.push(`${label}: ${(error as Error).stack}`);
      }
    }
    for (const [label, run, expected] of refusals as unknown as [string, (call: Remote['call']) => unknown, RegExp][]) {
      try {
        failures.push(`${label}: not refused, gave ${inspect(await run(remote.call))}`);
      } catch (error) {
        const { message, code } = error as NodeJS.ErrnoException;
        if (code !== 'ERR_CANNOT_SHIP' || !expected.test(message)) failures.push(`${label}: ${message}`);
      }
    }
  } finally {
    await remote.close();
  }
  return { passed: cases.length + oddCases.length + refusals.length - failures.length, failures };
}

const isMain =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url));
if (isMain) {
  const [kind = 'process', ...words] = process.argv.slice(2);
  const options = words.includes('value') ? { localModules: 'value' as const } : {};
  const tally = await runCases(kind as Kind, options, words.includes('inherit') ? process.execArgv : []);
  console.log(JSON.stringify(tally));
}
