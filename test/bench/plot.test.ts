import { expect, test } from 'vitest';
import { linearAxis, logAxis } from '../../bench/plot/axis.js';
import { curvesOf, speedupPlot } from '../../bench/plot/speedup.js';
import { element, textOf } from '../../bench/plot/svg.js';
import type { Row } from '../../bench/rows.js';

const row = (line: string, workers: number, speedup: number): Row => ({
  ...{ case: 'c', line, unit: 'ms', higherIsBetter: false, sheaf: 1, peers: {}, ratio: {} },
  spread: { sheaf: { min: 1, max: 1, rounds: 1 } },
  extra: { workers, speedup, efficiency: speedup / workers },
});

const rows = [
  ...[row('scaling-strong-1', 1, 1), row('scaling-strong-4', 4, 2)],
  ...[row('scaling-weak-1', 1, 1), row('scaling-weak-4', 4, 4), row('other', 1, 1)],
];

test('axes', () => {
  const log = logAxis(1, 40, 0, 600);
  expect(log.ticks).toEqual([1, 2, 4, 8, 16, 32, 64]);
  expect([1, 2, 64].map(log.at)).toEqual([0, 100, 600]);
  const below = logAxis(0.4, 2, 0, 300); // slower than one worker
  expect(below.ticks).toEqual([0.25, 0.5, 1, 2]);
  expect([0.25, 1].map(below.at)).toEqual([0, 200]);
  const linear = linearAxis(1, 0.2, 300, 0);
  expect(linear.ticks.map((tick) => tick.toFixed(1))).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
  expect(linear.at(0.5)).toBe(150);
});

test('an element as text, whatever is in it', () => {
  expect(textOf(element('text', { x: 1.23456, class: '"a"' }, 'p < q & r'))).toBe(
    '<text x="1.2" class="&quot;a&quot;">p &lt; q &amp; r</text>',
  );
  expect(textOf(element('g', {}, element('line', { x1: 0 })))).toBe('<g>\n<line x1="0"/>\n</g>');
});

test('curves by the names of the rows', () => {
  expect(curvesOf(rows)).toEqual([
    {
      name: 'strong',
      points: [
        { workers: 1, speedup: 1, efficiency: 1 },
        { workers: 4, speedup: 2, efficiency: 0.5 },
      ],
    },
    {
      name: 'weak',
      points: [
        { workers: 1, speedup: 1, efficiency: 1 },
        { workers: 4, speedup: 4, efficiency: 1 },
      ],
    },
  ]);
});

test('the picture: ideal lines from corner to corner, points at their places, a legend', () => {
  const svg = speedupPlot('a < b', curvesOf(rows));
  const lines = svg.split('\n');
  // Panels are 64 to 424 and 504 to 860 wide, and 356 up to 64 high; 1, 2 and 4 workers are three ticks.
  const ideal = lines.filter((line) => line.includes('class="ideal"')).map((line) => line.replace(/ class=.*/, ''));
  expect(ideal).toEqual(['<line x1="64" y1="356" x2="424" y2="64"', '<line x1="504" y1="64" x2="860" y2="64"']);
  const strong = lines.filter((line) => line.startsWith('<circle')).map((line) => line.replace(/ r=.*/, ''));
  expect(strong.slice(0, 4)).toEqual([
    ...['<circle cx="64" cy="356"', '<circle cx="424" cy="210"'],
    ...['<circle cx="504" cy="64"', '<circle cx="860" cy="210"'],
  ]);
  expect(svg).toContain('<polyline points="64.0,356.0 424.0,64.0"'); // weak
  for (const text of ['>a &lt; b<', '>ideal<', '>strong scaling<', '>weak scaling<', '>workers<', '>100 %<'])
    expect(svg).toContain(text);
  expect(lines[1]).toBe('<rect width="880" height="440" fill="white"/>');
});
