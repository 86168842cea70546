/** Lazy calls: a small report over three cities, whose steps run when the report is computed, and those shared run once. */
import { compute, delayed } from 'sheaf';

/** Temperatures of a week, as a file or a sensor would give them. */
const load = delayed((city: string, base: number) => ({
  city,
  degrees: Array.from({ length: 7 }, (_, day) => base + ((day * 5) % 7)),
}));
const mean = delayed((values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length);
const warmest = delayed((cities: readonly { city: string; mean: number }[]) =>
  cities.reduce((a, b) => (b.mean > a.mean ? b : a)),
);

const weeks = [load('Oslo', 2), load('Rome', 14), load('Cairo', 21)];
const means = weeks.map((week) => ({ city: week.get('city'), mean: mean(week.get('degrees')) }));

const [table, best] = await compute(means, warmest(means));
for (const { city, mean } of table) console.log(`${city}: ${mean.toFixed(1)}`);
console.log(`The warmest is ${best.city}.`);
