import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSpillDirectory } from '../../src/worker/spill-directory.js';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
});
afterEach(() => rmSync(base, { recursive: true }));

const moduleUrl = new URL('../../src/worker/spill-directory.js', import.meta.url).href;

test("a directory for the worker's owner alone, gone when it is closed", () => {
  const { path, close } = makeSpillDirectory(base);
  expect(basename(path)).toMatch(new RegExp(`^worker-${process.pid}-\\d+-[0-9a-f]{8}$`));
  expect([path, dirname(path)].map((name) => statSync(name).mode & 0o777)).toEqual([0o700, 0o700]);
  close();
  expect(existsSync(path)).toBe(false);
  expect(process.listeners('exit')).not.toContain(close);
});

test('it goes with the process', () => {
  const script = `import { makeSpillDirectory } from '${moduleUrl}'; makeSpillDirectory(process.argv[1]); process.exit(3);`;
  expect(() =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script, base], { stdio: 'pipe' }),
  ).toThrow();
  expect(readdirSync(join(base, readdirSync(base)[0]!))).toEqual([]);
});

test('directories of processes that were killed go at the next start; those of the living and of other hosts stay', async () => {
  const script = `import { makeSpillDirectory } from '${moduleUrl}'; console.log(makeSpillDirectory(process.argv[1]).path); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, base]);
  const [line] = await once(child.stdout, 'data');
  const killed = String(line).trim();
  const own = makeSpillDirectory(base);
  expect(existsSync(killed)).toBe(true);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;

  const parent = dirname(own.path);
  const strange = (name: string, owner: object | string) => {
    mkdirSync(join(parent, name));
    writeFileSync(join(parent, name, 'owner.json'), typeof owner === 'string' ? owner : JSON.stringify(owner));
    return name;
  };
  const elsewhere = strange('worker-1-elsewhere', { pid: 2 ** 22 + 1, start: 5, place: `not-${hostname()}` });
  const broken = strange('worker-2-broken', '{');
  const other = strange('cache', '{}');
  const next = makeSpillDirectory(base);
  expect(readdirSync(parent).sort()).toEqual(
    [basename(own.path), basename(next.path), elsewhere, broken, other].sort(),
  );
  own.close();
  next.close();
});

test.runIf(existsSync('/proc/self/stat'))('a process number that was given anew is no sign of life', async () => {
  const { path, close } = makeSpillDirectory(base);
  const owner = JSON.parse(execFileSync('cat', [join(path, 'owner.json')], { encoding: 'utf8' }));
  const old = join(dirname(path), 'worker-old');
  mkdirSync(old);
  writeFileSync(join(old, 'owner.json'), JSON.stringify({ ...owner, start: owner.start - 1 }));
  makeSpillDirectory(base).close();
  expect([existsSync(old), existsSync(path)]).toEqual([false, true]);
  close();
});

describe('a place that is not ours', () => {
  const parent = () => join(base, `sheaf-${process.getuid?.() ?? 'user'}`);

  test('a file', () => {
    writeFileSync(parent(), '');
    expect(() => makeSpillDirectory(base)).toThrow(`no directory for spilled values can be made in ${base}: `);
  });

  test.runIf(process.getuid)('a directory that everybody can write', () => {
    mkdirSync(parent());
    chmodSync(parent(), 0o777);
    expect(() => makeSpillDirectory(base)).toThrow('can be written by other users');
  });
});

test.runIf(process.platform !== 'win32')('a disk that is full costs one warning, and the values stay', () => {
  const script = fileURLToPath(new URL('../support/spill-over-limit.js', import.meta.url));
  const command = `ulimit -f 1000 && exec "$0" "$1" "$2"`;
  const output = execFileSync('sh', ['-c', command, process.execPath, script, base], { encoding: 'utf8' });
  const { path, warnings, after, small } = JSON.parse(output);
  expect(after).toEqual({ large: true, same: true });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/are free \(EFBIG: file too large, write\): they stay in memory; set localDirectory/);
  expect(warnings[0]).toContain(path);
  expect(Object.values(small)).toHaveLength(1000);
});
