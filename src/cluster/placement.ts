/** Where the ranks of a job are, and what each worker among them may take of its host, by what the launcher tells. */
import type { Cores } from './cores.js';
import { count, type Env, isOneHost, type Launcher } from './launcher.js';
import type { Roles } from './roles.js';

/**
 * The hosts of all ranks, by rank: as Slurm lays a step out, or `thisHost` where all share it; undefined where the
 * launcher does not tell.
 */
export function hostsOfRanks(launcher: Launcher, env: Env, thisHost: string): readonly string[] | undefined {
  if (isOneHost(launcher, env)) return new Array<string>(launcher.size).fill(thisHost);
  const nodes = expandHostlist(env.SLURM_STEP_NODELIST ?? '');
  const places = launcher.kind === 'openmpi' ? [] : tasksPerNode(env.SLURM_STEP_TASKS_PER_NODE);
  const total = places.reduce((sum, tasks) => sum + tasks, 0);
  if (nodes.length === 0 || nodes.length !== places.length || total !== launcher.size) return undefined;
  const order = isCyclic(env)
    ? roundRobin(places)
    : places.flatMap((tasks, node) => new Array<number>(tasks).fill(node));
  // Other distributions are rare: who finds itself elsewhere knows no better.
  return order[launcher.rank] === count(env.SLURM_NODEID) ? order.map((node) => nodes[node]!) : undefined;
}

/** How many of the job's workers share this rank's host; where the launcher does not tell, all that may. */
export function workersOnHost(launcher: Launcher, { workers }: Roles, env: Env): number {
  const hosts = hostsOfRanks(launcher, env, '');
  if (hosts) return Math.max(1, workers.filter((rank) => hosts[rank] === hosts[launcher.rank]).length);
  const told = { openmpi: env.OMPI_COMM_WORLD_LOCAL_SIZE, pmi: env.MPI_LOCALNRANKS, slurm: undefined }[launcher.kind];
  const tasks = tasksPerNode(env.SLURM_STEP_TASKS_PER_NODE)[count(env.SLURM_NODEID) ?? -1];
  return Math.max(1, Math.min(workers.length, count(told) || tasks || workers.length));
}

/**
 * Compute threads of a worker rank where nobody says: the cores that Slurm gives each task, or what OpenMP would take,
 * else one; never more than its part of the host's. A rank that may use some cores only was given them for itself.
 */
export function threadsOfRank(env: Env, { available, all }: Cores, workers: number): number {
  const told = count(env.SLURM_CPUS_PER_TASK) || count(env.OMP_NUM_THREADS?.split(',')[0]) || 1;
  const own = available < all ? available : Math.floor(available / workers);
  return Math.max(1, Math.min(told, own));
}

/** Slurm's default puts neighbours together, unless there are no more ranks than nodes; then both are the same. */
const isCyclic = (env: Env): boolean => (env.SLURM_DISTRIBUTION ?? '').startsWith('cyclic');

/** The nodes in turn, each as often as it has places. */
function roundRobin(places: readonly number[]): number[] {
  const left = [...places];
  const order: number[] = [];
  while (left.some((tasks) => tasks > 0)) {
    left.forEach((tasks, node) => {
      if (tasks === 0) return;
      left[node] = tasks - 1;
      order.push(node);
    });
  }
  return order;
}

/**
 * The names that a Slurm node list stands for.
 *
 * @example
 * expandHostlist('gpu1,n[08-10,12]'); // ['gpu1', 'n08', 'n09', 'n10', 'n12']
 */
export function expandHostlist(text: string): string[] {
  return [...text.matchAll(/((?:[^,[]|\[[^\]]*\])+)/g)].flatMap(([, item]) => expandItem(item!));
}

function expandItem(item: string): string[] {
  const match = /^([^[]*)\[([^\]]*)\](.*)$/.exec(item);
  if (!match) return [item];
  const [, head, ranges, tail] = match as unknown as [string, string, string, string];
  return ranges.split(',').flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) =>
      String(Number(first) + i).padStart(first.length, '0'),
    ).flatMap((number) => expandItem(`${head}${number}${tail}`));
  });
}

/** Slurm's `2(x3),1` is 2, 2, 2, 1. */
const tasksPerNode = (text = ''): number[] =>
  [...text.matchAll(/(\d+)(?:\(x(\d+)\))?/g)].flatMap(([, tasks, nodes]) =>
    new Array<number>(Number(nodes ?? 1)).fill(Number(tasks)),
  );
