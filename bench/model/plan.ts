/** What the model is asked: which graphs, on how many nodes. */
import { mapWorkload, searchWorkload } from './workloads.js';
import type { Workload } from './world.js';

export const WORKERS_PER_NODE = 40;

export interface Question {
  /** Of its lines in JSON, with the number of nodes behind. */
  readonly name: string;
  readonly title: string;
  /** How many, in turn. */
  readonly nodes: readonly number[];
  workload(workers: number): Workload;
}

const PER_WORKER = 25;
const all = [1, 4, 16, 64, 128];
/** Where more has been lost long before. */
const few = [1, 4, 16, 32];
const most = [1, 16, 64, 128];

export const questions: readonly Question[] = [
  {
    ...{ name: 'map-weak', title: `map, sleeps 0 to 1 s, ${PER_WORKER} for each worker`, nodes: all },
    workload: (workers) => mapWorkload(PER_WORKER * workers, 1000),
  },
  {
    ...{ name: 'map-weak-short', title: `map, sleeps 0 to 0.1 s, ${PER_WORKER} for each worker`, nodes: few },
    workload: (workers) => mapWorkload(PER_WORKER * workers, 100),
  },
  {
    ...{ name: 'map-25600', title: 'map, sleeps 0 to 1 s, 25,600 in all', nodes: most },
    workload: () => mapWorkload(25_600, 1000),
  },
  {
    ...{ name: 'map-1000', title: 'map, sleeps 0 to 1 s, 1,000 in all', nodes: few },
    workload: () => mapWorkload(1000, 1000),
  },
  {
    ...{ name: 'search-weak', title: 'grid search, fits of 0.5 to 1.5 s, 5 for each worker', nodes: all },
    workload: (workers) => searchWorkload(workers),
  },
  {
    ...{ name: 'search-5000', title: 'grid search, fits of 0.5 to 1.5 s, 5,000 in all', nodes: few },
    workload: () => searchWorkload(1000),
  },
];

/** Asked before the others, so that what runs often is compiled when the scheduler's code is timed. */
export const warmUp = { names: ['map-weak', 'search-weak'], nodes: 4 };
