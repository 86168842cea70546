/**
 * Edges of a picture, chunk by chunk: `mapOverlap` gives each chunk a rim of its neighbours, so that no seams show.
 *
 *     node dist/examples/image-filter.js edges.png
 */
import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { array, type NDArray } from 'sheaf';
import type { Block } from 'sheaf/array';

const [path = 'edges.png'] = process.argv.slice(2);
const size = 512;

const picture = array.fromFunction(
  (i, j) => Math.sin(((i - 200) ** 2 + (j - 260) ** 2) / 4000) + (Math.hypot(i - 330, j - 150) < 70 ? 2 : 0),
  [size, size],
  { chunks: 128 },
);

/** The size of the gradient, by Sobel's masks. */
function sobel({ shape, data }: NDArray<'float64'>): Block<'float64'> {
  const [rows, columns] = shape as [number, number];
  const edges = new Float64Array(rows * columns);
  const at = (i: number, j: number) => data[i * columns + j]!;
  for (let i = 1; i < rows - 1; i++) {
    for (let j = 1; j < columns - 1; j++) {
      const down =
        at(i + 1, j - 1) + 2 * at(i + 1, j) + at(i + 1, j + 1) - at(i - 1, j - 1) - 2 * at(i - 1, j) - at(i - 1, j + 1);
      const right =
        at(i - 1, j + 1) + 2 * at(i, j + 1) + at(i + 1, j + 1) - at(i - 1, j - 1) - 2 * at(i, j - 1) - at(i + 1, j - 1);
      edges[i * columns + j] = Math.hypot(down, right);
    }
  }
  return { dtype: 'float64', shape, data: edges };
}

const edges = picture.mapOverlap(sobel, { depth: 1, boundary: 'nearest', dtype: 'float64' });
const grey = await edges.multiply(255).divide(edges.max()).astype('uint8').compute();
writeFileSync(path, png(grey as NDArray<'uint8'>));
console.log(`wrote ${path}: ${grey.shape.join(' x ')}, mean ${(await edges.mean().compute<number>()).toFixed(4)}`);

/** A grey picture in the format of PNG. */
function png({ shape, data }: NDArray<'uint8'>): Buffer {
  const [rows, columns] = shape as [number, number];
  const lines = Buffer.concat(
    Array.from({ length: rows }, (_, i) =>
      Buffer.concat([Buffer.of(0), data.subarray(i * columns, (i + 1) * columns)]),
    ),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header[8] = 8; // bits a pixel, grey
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
