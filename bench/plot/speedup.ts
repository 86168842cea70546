/**
 * Two panels side by side: speedup over workers, both in powers of two, where the ideal is the diagonal; and efficiency,
 * where it is the line at 100 %.
 */
import type { Row } from '../rows.js';
import { type Axis, linearAxis, logAxis } from './axis.js';
import { type Element, element, textOf } from './svg.js';

export interface Point {
  readonly workers: number;
  readonly speedup: number;
  readonly efficiency: number;
}

export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
}

/** The curves of rows named `scaling-MODE-WORKERS`, in the order of the rows. */
export function curvesOf(rows: readonly Row[]): Curve[] {
  const curves = new Map<string, Point[]>();
  for (const { line, extra } of rows) {
    const mode = /^scaling-(.+)-\d+$/.exec(line)?.[1];
    if (mode === undefined) continue;
    const { workers, speedup, efficiency } = extra as unknown as Point;
    curves.set(mode, [...(curves.get(mode) ?? []), { workers, speedup, efficiency }]);
  }
  return [...curves].map(([name, points]) => ({ name, points }));
}

const WIDTH = 880;
const HEIGHT = 440;
const TOP = 64;
const BOTTOM = 356;
const GREY = '#666';
const GRID = '#e4e4e4';
const IDEAL = '#999';
/** Told apart in grey, and by the eyes of the colour-blind: Okabe and Ito's blue and vermilion first. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];

interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly left: number;
  readonly right: number;
  label(tick: number): string;
  value(point: Point): number;
  ideal(workers: number): number;
}

export function speedupPlot(title: string, curves: readonly Curve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const most = Math.max(2, ...points.map(({ workers }) => workers));
  const speedups = points.map((point) => point.speedup);
  const speedup: Panel = {
    ...{ title: 'Speedup over one worker', left: 64, right: 424 },
    x: logAxis(1, most, 64, 424),
    y: logAxis(Math.min(1, ...speedups), Math.max(most, ...speedups), BOTTOM, TOP),
    label: String,
    value: (point) => point.speedup,
    ideal: (workers) => workers,
  };
  const efficiency: Panel = {
    ...{ title: 'Efficiency', left: 504, right: 860 },
    x: logAxis(1, most, 504, 860),
    y: linearAxis(Math.max(1, ...points.map((point) => point.efficiency)), 0.2, BOTTOM, TOP),
    label: (tick) => `${Math.round(100 * tick)} %`,
    value: (point) => point.efficiency,
    ideal: () => 1,
  };
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...{ width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` },
      ...{ 'font-family': 'Helvetica, Arial, sans-serif', 'font-size': 13 },
    },
    element('rect', { width: WIDTH, height: HEIGHT, fill: 'white' }),
    text(64, 24, title, { 'font-size': 16, 'font-weight': 'bold' }),
    ...panelElements(speedup, curves),
    ...panelElements(efficiency, curves),
    ...legend(curves),
  );
  return `${textOf(svg)}\n`;
}

function panelElements(panel: Panel, curves: readonly Curve[]): Element[] {
  const { title, x, y, left, right, label, ideal, value } = panel;
  const [first, last] = [x.ticks[0]!, x.ticks.at(-1)!];
  return [
    text(left, TOP - 12, title, { fill: GREY }),
    ...y.ticks.flatMap((tick) => [
      line(left, y.at(tick), right, y.at(tick), { stroke: GRID }),
      text(left - 12, y.at(tick) + 4, label(tick), { 'text-anchor': 'end', fill: GREY }),
    ]),
    ...x.ticks.flatMap((tick) => [
      line(x.at(tick), BOTTOM, x.at(tick), BOTTOM + 5, { stroke: GREY }),
      text(x.at(tick), BOTTOM + 20, String(tick), { 'text-anchor': 'middle', fill: GREY }),
    ]),
    text((left + right) / 2, BOTTOM + 38, 'workers', { 'text-anchor': 'middle', fill: GREY }),
    line(left, BOTTOM, right, BOTTOM, { stroke: GREY }),
    line(left, TOP, left, BOTTOM, { stroke: GREY }),
    line(x.at(first), y.at(ideal(first)), x.at(last), y.at(ideal(last)), {
      ...{ class: 'ideal', stroke: IDEAL, 'stroke-width': 1.5, 'stroke-dasharray': '6 4' },
    }),
    ...curves.flatMap(({ points }, i) =>
      curveElements(
        panel,
        points.map((point) => [point.workers, value(point)]),
        i,
      ),
    ),
  ];
}

function curveElements({ x, y }: Panel, points: readonly (readonly [number, number])[], nth: number): Element[] {
  const places = points.map(([workers, value]) => [x.at(workers), y.at(value)] as const);
  const path = places.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
  return [
    element('polyline', { points: path, fill: 'none', stroke: colourOf(nth), 'stroke-width': 2 }),
    ...places.map(([px, py]) => marker(px, py, nth)),
  ];
}

/** Circles and squares in turn, as curves may lie on one another. */
function marker(x: number, y: number, nth: number): Element {
  const paint = { fill: nth % 2 === 0 ? colourOf(nth) : 'white', stroke: colourOf(nth), 'stroke-width': 2 };
  return nth % 2 === 0
    ? element('circle', { cx: x, cy: y, r: 4.5, ...paint })
    : element('rect', { x: x - 4, y: y - 4, width: 8, height: 8, ...paint });
}

function legend(curves: readonly Curve[]): Element[] {
  const y = HEIGHT - 16;
  const entries = curves.flatMap(({ name }, i) => {
    const x = 150 + 150 * i;
    const stroke = { stroke: colourOf(i), 'stroke-width': 2 };
    return [line(x, y - 4, x + 28, y - 4, stroke), marker(x + 14, y - 4, i), text(x + 36, y, `${name} scaling`)];
  });
  return [
    line(64, y - 4, 92, y - 4, { stroke: IDEAL, 'stroke-width': 1.5, 'stroke-dasharray': '6 4' }),
    text(100, y, 'ideal'),
    ...entries,
  ];
}

const colourOf = (nth: number): string => colours[nth % colours.length]!;

const line = (x1: number, y1: number, x2: number, y2: number, paint: Element['attributes']): Element =>
  element('line', { x1, y1, x2, y2, ...paint });

const text = (x: number, y: number, content: string, more: Element['attributes'] = {}): Element =>
  element('text', { x, y, ...more }, content);
