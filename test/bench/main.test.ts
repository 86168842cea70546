import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/paths.js';

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'dist', 'bench', 'main.js'), ...args], { encoding: 'utf8' });

test('a quick run measures two rounds, prints a table and writes both files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
  try {
    const [json, markdown] = [join(folder, 'rows.json'), join(folder, 'table.md')];
    const { status, stdout, stderr } = bench('self-test', '--quick', '--json', json, '--markdown', markdown);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^fixed times +ms +20 \(10–30\) +50 \(40–60\), 2\.50× +threads 2, peer twice 100$/m);
    expect(stdout).toMatch(/^fixed rates +MB\/s +300 \(300–300\) +200 \(200–200\), 1\.50×$/m);
    expect(stdout).toContain('- peer b is not installed');
    expect(readFileSync(markdown, 'utf8')).toContain('| fixed times | ms | 20 (10–30) | 50 (40–60), 2.50× |');
    const rows = JSON.parse(readFileSync(json, 'utf8'));
    expect(rows.map((row: { line: string }) => row.line)).toEqual(['fixed times', 'fixed rates']);
    const { run, ...row } = rows[0];
    expect(run).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      commit: expect.any(String),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      machine: {
        cpu: expect.any(String),
        cores: expect.any(Number),
        node: process.version,
        os: expect.any(String),
        load: expect.any(Number),
      },
      versions: { 'peer a': '1.0' },
    });
    expect(row).toEqual({
      case: 'self-test',
      line: 'fixed times',
      unit: 'ms',
      higherIsBetter: false,
      sheaf: 20,
      peers: { 'peer a': 50 },
      ratio: { 'peer a': 2.5 },
      spread: { sheaf: { min: 10, max: 30, rounds: 2 }, 'peer a': { min: 40, max: 60, rounds: 2 } },
      threads: 2,
      'peer twice': 100,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('with numbers of workers, speedup and efficiency as a table, as rows and drawn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
  try {
    const json = join(folder, 'rows.json');
    const { status, stdout, stderr } = bench(
      ...['self-test', '--workers', '1,4,1024', '--json', json, '--svg', join(folder, 'drawings')],
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^scaling-strong-4 +ms +27\.5 \(27\.5–27\.5\) +4 +3\.64 +0\.91 +bound 1$/m);
    expect(stdout).toMatch(/^- scaling-strong is latency-bound.* valid on more workers than cores/m);
    expect(stdout).toMatch(/^- scaling-weak is bound by the cores; left out.*scaling-weak-1024\.$/m);
    const [, four] = JSON.parse(readFileSync(json, 'utf8'));
    expect(four).toMatchObject({ case: 'self-test', line: 'scaling-strong-4', unit: 'ms', sheaf: 27.5, workers: 4 });
    expect([four.speedup, four.efficiency].map((value) => value.toFixed(4))).toEqual(['3.6364', '0.9091']);
    expect(readFileSync(join(folder, 'drawings', 'self-test-speedup.svg'), 'utf8')).toContain('class="ideal"');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  [['--workers', '0'], "--workers takes whole numbers from 1 up with commas between, such as 1,2,4, not '0'"],
  [['--workers', '2,x'], "--workers takes whole numbers from 1 up with commas between, such as 1,2,4, not '2,x'"],
  [
    ['startup', '--workers', '2'],
    'there is no case to scale to --workers: startup; there are array, grid-search, primes',
  ],
  [['--svg', 'drawings'], '--svg draws the speedup over workers, so it needs --workers, such as --workers 1,2,4'],
  [['compare', 'a.json'], 'compare takes two files that --json has written: compare before.json after.json'],
  [['scale', 'map'], 'scale takes no further names, but it was given map'],
  [['scale', '--workers', '2'], '--workers is for cases, not for scale'],
  [['compare', 'no-such.json', 'b.json'], 'there is no file no-such.json'],
  [['--fast'], /^Unknown option '--fast'/],
])('%j is refused in a sentence', (args, sentence) => {
  const { status, stdout, stderr } = bench(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  if (typeof sentence === 'string') expect(stderr).toBe(`${sentence}\n`);
  else expect(stderr).toMatch(sentence);
});

test('a case that does not exist is refused with those that do', () => {
  const { status, stdout, stderr } = bench('no-such-case');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/no case no-such-case[\s\S]*grid-search, overhead, primes, startup/);
  expect(stderr).not.toContain('self-test');
});
