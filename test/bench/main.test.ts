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
    expect(rows[0]).toEqual({
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

test('a case that does not exist is refused with those that do', () => {
  const { status, stdout, stderr } = bench('no-such-case');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/no case no-such-case[\s\S]*grid-search, overhead, primes, startup/);
  expect(stderr).not.toContain('self-test');
});
