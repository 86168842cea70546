/** What the model found, as tables and as rows. */
import type { Row } from '../rows.js';
import { alignedLines, type IsText, markdownLines, number, type Table } from '../table.js';
import type { Costs } from './costs.js';
import type { Cause, Figures } from './model.js';

export interface Answer {
  readonly name: string;
  readonly title: string;
  /** One for each number of nodes. */
  readonly figures: readonly Figures[];
}

const causes: Readonly<Record<Cause, string>> = {
  tail: 'too few tasks at the end',
  scheduler: 'scheduler',
  network: 'network',
};

export const textAnswers = (answers: readonly Answer[], costs: Costs): string =>
  page(answers, costs, (title) => [title], alignedLines);

export const markdownAnswers = (answers: readonly Answer[], costs: Costs): string =>
  page(answers, costs, (title) => [`## ${title}`, ''], markdownLines);

function page(
  answers: readonly Answer[],
  costs: Costs,
  headline: (title: string) => readonly string[],
  linesOf: (table: Table, isText: IsText) => readonly string[],
): string {
  const parts = answers.flatMap(({ title, figures }) => [...headline(title), ...linesOf(tableOf(figures), isText), '']);
  return [...parts, ...notesOf(costs).map((note) => `- ${note}`), ''].join('\n');
}

const isText: IsText = (name) => name === 'most lost to' || name === 'scheduler busy with';

const percent = (share: number): string => `${number(100 * share)} %`;
const seconds = (ms: number): string => `${number(ms / 1000)} s`;

function tableOf(figures: readonly Figures[]): Table {
  const head = ['nodes', 'workers', 'tasks', 'start-up', 'makespan', 'efficiency', 'with start-up', 'scheduler busy'];
  const lost = ['lost: tail', 'scheduler', 'network', 'most lost to', 'scheduler busy with'];
  const body = figures.map((found) => [
    ...[
      String(found.nodes),
      String(found.workers),
      String(found.tasks),
      seconds(found.startupMs),
      seconds(found.makespanMs),
    ],
    ...[percent(found.efficiency), percent(found.withStartup), percent(found.utilisation)],
    ...[percent(found.lost.tail), percent(found.lost.scheduler), percent(found.lost.network)],
    ...[causes[found.limit], busiest(found)],
  ]);
  return [[...head, ...lost], ...body];
}

/** What takes most of the scheduler's time, of which there are three at most. */
function busiest({ busyMs, makespanMs }: Figures): string {
  const parts = Object.entries(busyMs).sort(([, a], [, b]) => b - a);
  return parts
    .filter(([, ms]) => ms >= 0.05 * makespanMs)
    .slice(0, 3)
    .map(([what, ms]) => `${what} ${percent(ms / makespanMs)}`)
    .join(', ');
}

function notesOf(costs: Costs): string[] {
  const microseconds = (ms: number) => `${number(1000 * ms)} µs`;
  return [
    'The scheduler is the real one, in virtual time; its process does one thing at a time. Start-up: until all workers are there. Efficiency: what tasks took over what ' +
      'all workers had, from the first submission to the last result.',
    'Lost to the tail: what is lost even if nothing but tasks takes time. To the network: at most what hops and the busiest link take. To the scheduler: the rest.',
    `Measured here: a frame that comes or goes ${microseconds(costs.frameMs)} of CPU, each byte of it ${number(1e6 * costs.byteMs)} ns, a connection ${microseconds(costs.connectMs)}; ` +
      `from a worker's socket to its thread and back ${microseconds(costs.workerMs)}; a process from start to registration ${number(costs.bootMs)} ms, two of them for a rank; ` +
      "the scheduler's own code for each event as it ran; sizes of messages as they are encoded.",
    `Assumed: ${microseconds(costs.latencyMs)} one way between any two processes, ${number(costs.bytesPerMs / 1e6)} GB/s for each node and direction, a switch that is never full, ` +
      'ranks of a node that start at once on cores of their own; a launcher, and connections between workers, that cost nothing.',
  ];
}

export const rowsOfAnswers = (answers: readonly Answer[]): Row[] =>
  answers.flatMap(({ name, figures }) => figures.map((found) => rowOf(name, found)));

function rowOf(name: string, found: Figures): Row {
  const { nodes, workers, tasks, startupMs, makespanMs, utilisation, lost } = found;
  const sheaf = 100 * found.efficiency;
  return {
    ...{ case: 'scale', line: `${name}-${nodes}`, unit: '%', higherIsBetter: true, sheaf, peers: {}, ratio: {} },
    spread: { sheaf: { min: sheaf, max: sheaf, rounds: 1 } },
    extra: {
      ...{ nodes, workers, tasks, startupMs, makespanMs, efficiency: found.efficiency },
      ...{ efficiencyWithStartup: found.withStartup, schedulerUtilisation: utilisation },
      ...{ lostToTail: lost.tail, lostToScheduler: lost.scheduler, lostToNetwork: lost.network },
    },
  };
}
