/** Text files: every line is read once wherever the cuts are, and what is written can be read again. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bag } from '../../src/bag/namespace.js';
import { golden } from '../support/golden.js';

const record = golden('bag.json');
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sheaf-bag-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readText', () => {
  test('gives the lines that Dask gives', async () => {
    for (const [text, linedelimiter, lines] of record.readText) {
      writeFileSync(at('one.txt'), text);
      // After a delimiter of one's own that ends a file, Dask gives an empty line unless it reads in blocks.
      const expected = linedelimiter && lines.at(-1) === '' ? lines.slice(0, -1) : lines;
      const options = linedelimiter ? { linedelimiter } : {};
      expect(await bag.readText(at('one.txt'), options).compute()).toEqual(expected);
      expect(await bag.readText(at('one.txt'), { ...options, blocksize: 3 }).compute()).toEqual(expected);
    }
  });

  test('each line is in one block, in any encoding that can be cut', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '語', '😀', 'Ċ', '\u0a0d', '\r'), maxLength: 9 });
    const encodings = fc.constantFrom<[string, BufferEncoding]>(['utf-8', 'utf8'], ['utf-16le', 'utf16le']);
    const ends = fc.constantFrom(undefined, '\n', '--', '語');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.boolean(),
        ends,
        encodings,
        fc.integer({ min: 1, max: 40 }),
        async (lines, isEnded, linedelimiter, [encoding, as], blocksize) => {
          const end = linedelimiter ?? '\n';
          const text = lines.join(end) + (isEnded ? end : '');
          const path = at('blocks.txt');
          writeFileSync(path, Buffer.from(text, as));
          const whole = linedelimiter === undefined ? text.replaceAll('\r\n', '\n') : text;
          const expected = whole.split(end).map((part, i, all) => (i < all.length - 1 ? part + end : part));
          if (expected.at(-1) === '') expected.pop();
          const options = { encoding, ...(linedelimiter && { linedelimiter }) };
          const inBlocks = bag.readText(path, { ...options, blocksize });
          expect(await inBlocks.compute()).toEqual(expected);
          expect(await bag.readText(path, options).compute()).toEqual(expected);
          expect(inBlocks.npartitions).toBe(Math.max(1, Math.ceil(Buffer.byteLength(text, as) / blocksize)));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a delimiter that can begin within itself', async () => {
    const path = at('dashes.txt');
    for (const length of [10_000, 10_001]) {
      writeFileSync(path, `a${'-'.repeat(length)}b`);
      const expected = ['a--', ...Array(Math.floor(length / 2) - 1).fill('--'), length % 2 === 0 ? 'b' : '-b'];
      expect(await bag.readText(path, { linedelimiter: '--', blocksize: 3333 }).compute()).toEqual(expected);
    }
  });

  test('latin1, and a byte order mark at the beginning alone', async () => {
    writeFileSync(at('latin1.txt'), Buffer.from('déjà\nvu\n', 'latin1'));
    expect(await bag.readText(at('latin1.txt'), { encoding: 'latin1', blocksize: 2 }).compute()).toEqual([
      'déjà\n',
      'vu\n',
    ]);
    writeFileSync(at('marked.txt'), '\ufeffa\n\ufeffb\n');
    expect(await bag.readText(at('marked.txt'), { blocksize: 4 }).compute()).toEqual(['a\n', '\ufeffb\n']);
  });

  test('lines longer than what is read at once', async () => {
    const long = 'x'.repeat(3_000_000);
    writeFileSync(at('long.txt'), `${long}\nshort\n${long}`);
    const lengths = bag.readText(at('long.txt'), { blocksize: 1_000_000 }).map((line) => line.length);
    expect(await lengths.compute()).toEqual([3_000_001, 6, 3_000_000]);
  });

  test('patterns, compressed files and paths', async () => {
    mkdirSync(at('logs/old'), { recursive: true });
    writeFileSync(at('logs/b.txt'), 'b\n');
    writeFileSync(at('logs/a.txt'), 'a1\na2\n');
    writeFileSync(at('logs/old/c.txt.gz'), gzipSync('c1\nc2\n'));
    expect(await bag.readText(at('logs/*.txt')).compute()).toEqual(['a1\n', 'a2\n', 'b\n']);
    expect(await bag.readText([at('logs/b.txt'), at('logs/**/*.gz')], { blocksize: 1 }).compute()).toEqual([
      'b\n',
      'c1\n',
      'c2\n',
    ]);
    const paired = bag.readText(at('logs/[b-c].txt'), { includePath: true });
    expect(await paired.compute()).toEqual([['b\n', at('logs/b.txt')]]);
  });

  test('a file that has changed is other data', () => {
    writeFileSync(at('changes.txt'), 'a\n');
    const { keys } = bag.readText(at('changes.txt'));
    expect(bag.readText(at('changes.txt')).keys).toEqual(keys);
    utimesSync(at('changes.txt'), 1, 1);
    expect(bag.readText(at('changes.txt')).keys).not.toEqual(keys);
  });

  test('mistakes are told with the path', async () => {
    expect(() => bag.readText(at('none.txt'))).toThrow(`there is no file ${at('none.txt')}`);
    expect(() => bag.readText(at('*.none'))).toThrow(`no file matches the pattern ${at('*.none')}`);
    expect(() => bag.readText([])).toThrow('readText was given no path');
    expect(() => bag.readText(at('logs'), { blockSize: 3 } as never)).toThrow('readText has no option blockSize');
    expect(() => bag.readText(at('one.txt'), { encoding: 'utf-9' })).toThrow('there is no encoding the string "utf-9"');
    expect(() => bag.readText(at('one.txt'), { encoding: 'gbk', blocksize: 3 })).toThrow(
      'a file in gbk cannot be read in blocks',
    );
    writeFileSync(at('bad.txt'), Buffer.from([0x61, 0xff, 0x0a]));
    await expect(bag.readText(at('bad.txt')).compute()).rejects.toThrow(
      `${at('bad.txt')} could not be read: it is no valid utf-8: give its encoding`,
    );
    writeFileSync(at('bad.gz'), 'not compressed');
    await expect(bag.readText(at('bad.gz')).compute()).rejects.toThrow(
      `${at('bad.gz')} could not be read: incorrect header`,
    );
    const gone = bag.readText(at('changes.txt'));
    rmSync(at('changes.txt'));
    await expect(gone.compute()).rejects.toThrow(`${at('changes.txt')} could not be read: ENOENT`);
  });
});

describe('toTextFiles', () => {
  const words = bag.fromSequence(record.words as string[], { npartitions: 3 });

  test('writes what Dask writes', async () => {
    const paths = await words.toTextFiles(at('out-*.txt'));
    expect(paths.map((path) => [path, readFileSync(path, 'utf8')])).toEqual(
      record.toTextFiles.map(([name, text]: [string, string]) => [at(name), text]),
    );
    const many = bag.fromSequence(record.words as string[], { npartitions: 12 });
    const inFolder = await many.toTextFiles(at('many'), { lastEndline: true });
    expect(inFolder.map((path) => [path, readFileSync(path, 'utf8')])).toEqual(
      record['toTextFiles folder'].map(([name, text]: [string, string]) => [join(at('many'), name), text]),
    );
  });

  test('names by number as wide as the last, by function, or from a list', async () => {
    const names = async (path: string | string[], options = {}) =>
      (await bag.range(11, 11).map(String).toTextFiles(path, options)).map((name) => name.slice(folder.length + 1));
    expect((await names(at('n*'))).slice(8)).toEqual(['n08', 'n09', 'n10']);
    expect((await names(at('f*'), { nameFunction: (i: number) => `-${i}-` })).slice(9)).toEqual(['f-9-', 'f-10-']);
    const list = Array.from({ length: 11 }, (_, i) => at(`list${i}`));
    expect(await bag.range(11, 11).map(String).toTextFiles(list)).toEqual(list);
  });

  test('compresses, and what is written is read again', async () => {
    const paths = await words.toTextFiles(at('z-*.gz'), { lastEndline: true });
    expect(gunzipSync(readFileSync(paths[0]!)).toString()).toBe(`${record.toTextFiles[0][1]}\n`);
    expect(
      await bag
        .readText(at('z-*.gz'))
        .map((line) => line.trim())
        .compute(),
    ).toEqual(record.words);
  });

  test('mistakes are told', async () => {
    await expect(words.toTextFiles(at('a*b*'))).rejects.toThrow('has 2 stars');
    await expect(words.toTextFiles(['one'])).rejects.toThrow('toTextFiles was given 1 paths for 3 partitions');
    await expect(words.toTextFiles(at('x*'), { nameFunction: () => 'x' })).rejects.toThrow(
      'several partitions to one file',
    );
    await expect(bag.range(3, 1).toTextFiles.call(bag.range(3, 1) as never, at('y*'))).rejects.toThrow(
      'a text file takes strings, item 0 is 0',
    );
  });
});
