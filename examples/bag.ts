/** Word count: lines in partitions, words of each, how often each occurs, and the most frequent ones. */
import { bag } from 'sheaf';

const text = `It was the best of times, it was the worst of times,
it was the age of wisdom, it was the age of foolishness,
it was the epoch of belief, it was the epoch of incredulity,
it was the season of Light, it was the season of Darkness,
it was the spring of hope, it was the winter of despair.`;

const words = bag
  .fromSequence(text.split('\n'), { npartitions: 3 })
  .flatMap((line) => line.toLowerCase().match(/[a-z]+/g) ?? []);

for (const [word, count] of await words.frequencies({ sort: true }).take(4)) console.log(`${word}: ${count}`);
console.log(`${await words.count().compute()} words, ${await words.distinct().count().compute()} different ones`);

const byLength = await words
  .distinct()
  .foldby(
    (word) => word.length,
    (n: number) => n + 1,
    0,
    (a, b) => a + b,
  )
  .compute();
console.log(
  byLength
    .sort(([a], [b]) => a - b)
    .map(([length, n]) => `${n} of ${length} letters`)
    .join(', '),
);
