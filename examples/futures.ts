/** Functions as tasks: submit, map, results as arguments of others, scattered data, and what an error tells. */
import { Client, TaskError } from 'sheaf';

const client = new Client();

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: Float64Array, center: number): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length);

// The data goes to a worker once; the tasks run where it is.
const heights = client.scatter(Float64Array.from({ length: 1000 }, (_, i) => 150 + (i % 50)));
const center = client.submit(mean, heights);
const deviation = client.submit(spread, heights, center);
console.log(`mean ${await center}, standard deviation ${(await deviation).toFixed(3)}`);

const squares = client.map((x: number) => x * x, [1, 2, 3, 4, 5]);
const total = client.submit((values: readonly number[]) => values.reduce((a, b) => a + b, 0), squares);
console.log(`squares ${(await client.gather(squares)).join(' ')}, together ${await total}`);

const impossible = client.submit((text: string) => JSON.parse(text).length as number, '{"length": ');
try {
  await impossible;
} catch (error) {
  if (error instanceof TaskError) console.log(`${(error.cause as Error).name} in ${error.key.split('-')[0]}`);
}

await client.shutdown();
