/**
 * How much memory a worker may have. What the node has is read in one place, what follows from it is a pure function.
 */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { formatBytes, parseBytes } from '../util/bytes.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkThresholds, type ThresholdOptions } from '../worker/memory-policy.js';
import { cgroupTexts, textOf } from './cgroup.js';
import type { Env } from './launcher.js';
import type { WorkerMemoryOptions } from './worker-memory.js';

/** `auto`, a share of the memory of the node (up to 1), a number of bytes, a text such as `4 GiB`, or 0 for no limit. */
export type MemoryLimit = 'auto' | number | (string & {});

/** What this process may use at most, by who says so. */
export interface MemoryFacts {
  readonly systemBytes: number;
  /** The tightest limit of the control groups that this process is in. */
  readonly cgroupBytes?: number;
  /** The tightest of the limits that `ulimit` sets. */
  readonly rlimitBytes?: number;
  /** What Slurm gives the job on this node. */
  readonly slurmBytes?: number;
}

export interface ResolvedLimit {
  /** Undefined where there is no limit. */
  readonly bytes?: number;
  /** What the user should hear of. */
  readonly warning?: string;
}

/**
 * The limit of one worker in bytes, where `share` of the node's memory (0 to 1) is its part: one over the number of
 * workers there. A limit above what there is comes down to that, with a warning.
 * Raises {@link InputError} for what is no limit.
 */
export function resolveMemoryLimit(limit: MemoryLimit, share: number, facts: MemoryFacts): ResolvedLimit {
  const available = availableBytes(facts);
  if (limit === 'auto') return { bytes: Math.floor(available * Math.min(1, share)) };
  const number = typeof limit === 'string' ? parseLimit(limit) : limit;
  if (typeof number !== 'number' || !(number >= 0) || !Number.isFinite(number)) throw refusal(limit);
  if (number === 0) return {};
  // A share is that of each worker, as a number of bytes is.
  const bytes = number <= 1 && typeof limit === 'number' ? Math.floor(available * number) : Math.floor(number);
  if (bytes <= available) return { bytes };
  return {
    bytes: available,
    warning:
      `memoryLimit is ${formatBytes(bytes)} per worker, but the node has ${formatBytes(available)} ` +
      `(${nameOfTightest(facts)}): workers are held to that`,
  };
}

function parseLimit(text: string): number {
  try {
    return parseBytes(text);
  } catch (cause) {
    throw refusal(text, cause);
  }
}

const refusal = (limit: unknown, cause?: unknown): InputError =>
  new InputError(
    `memoryLimit is ${describe(limit)}: give 'auto', a share of the memory such as 0.5, a number of bytes, ` +
      "a text such as '4 GiB' or '500MB', or 0 for no limit",
    cause === undefined ? undefined : { cause },
  );

const factNames: { readonly [K in keyof MemoryFacts]-?: string } = {
  systemBytes: 'all of its memory',
  cgroupBytes: 'the limit of its control group',
  rlimitBytes: 'the limit that ulimit shows',
  slurmBytes: "the job's part, by Slurm",
};

export const availableBytes = ({ systemBytes, cgroupBytes, rlimitBytes, slurmBytes }: MemoryFacts): number =>
  Math.min(systemBytes, cgroupBytes ?? systemBytes, rlimitBytes ?? systemBytes, slurmBytes ?? systemBytes);

function nameOfTightest(facts: MemoryFacts): string {
  const available = availableBytes(facts);
  const [name] = Object.entries(facts).find(([, bytes]) => bytes === available)!;
  return factNames[name as keyof MemoryFacts];
}

/**
 * What a worker is told of its memory, where `share` of the node's is its part; what the user should hear of beside it.
 * Raises {@link InputError} for options that make no sense.
 */
export function workerMemoryOptions(
  options: ThresholdOptions & { readonly memoryLimit?: MemoryLimit; readonly localDirectory?: string },
  share: number,
): { readonly memory: WorkerMemoryOptions; readonly warning?: string } {
  const { memoryLimit = 'auto', localDirectory } = options;
  const { bytes, ...heard } = resolveMemoryLimit(memoryLimit, share, readMemoryFacts());
  const memory = {
    thresholds: checkThresholds(options),
    ...(bytes === undefined ? {} : { limitBytes: bytes }),
    ...(localDirectory === undefined ? {} : { localDirectory }),
  };
  return { memory, ...heard };
}

/** The facts of this process. Where there is no /proc, the memory of the system is all that is known. */
export function readMemoryFacts(root = '/', env: Env = process.env): MemoryFacts {
  const cgroupBytes = smallest(cgroupTexts('memory', cgroupFiles, root).map((text) => Number.parseInt(text, 10)));
  const slurmBytes = slurmLimit(env);
  const rlimitBytes = limitIn(textOf(join(root, 'proc/self/limits')));
  return {
    systemBytes: totalmem(),
    ...(cgroupBytes === undefined ? {} : { cgroupBytes }),
    ...(rlimitBytes === undefined ? {} : { rlimitBytes }),
    ...(slurmBytes === undefined ? {} : { slurmBytes }),
  };
}

/** What a Slurm job was promised on this node, in MB, which sites that watch it without a control group hold it to. */
function slurmLimit(env: Env): number | undefined {
  const perNode = Number(env.SLURM_MEM_PER_NODE) || Number(env.SLURM_MEM_PER_CPU) * Number(env.SLURM_CPUS_ON_NODE);
  return perNode > 0 ? perNode * 2 ** 20 : undefined;
}

const cgroupFiles = { v1: ['memory.limit_in_bytes'], v2: ['memory.max', 'memory.high'] };

/** Address space, data and resident set; the kernel heeds the first two, batch systems say what they mean by the third. */
const limitIn = (limits: string): number | undefined =>
  smallest([...limits.matchAll(/^Max (?:address space|data size|resident set)\s+(\d+)/gm)].map(([, n]) => Number(n)));

/** "No limit" is a word in some of these files, and a number near 2**63 in others. */
function smallest(limits: readonly number[]): number | undefined {
  const real = limits.filter((bytes) => bytes > 0 && bytes < 2 ** 60);
  return real.length > 0 ? Math.min(...real) : undefined;
}
