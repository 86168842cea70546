/**
 * How a program is run over a tile of elements: what vectors have is fused to one loop, and so again after each function that
 * goes over the tile by itself, in stages. Values that another stage needs lie in a slot of memory in between.
 */
import type { DType } from '../../arrow/dtype.js';
import { isVectorFunction, type VectorFunction } from '../../kernels/transcendental.js';
import { argsOf, type Program, type Step } from '../program.js';
import { kindOf, pathOf } from './lanes.js';
import { vectorOps } from './vector-ops.js';

/** What runs over the whole tile between two stages. */
export interface Between {
  readonly step: number;
  /** The mathematical function that computes it, in place and in float64; without one, a loop that computes the step. */
  readonly math?: VectorFunction;
  readonly stage: number;
}

export interface Stages {
  /** The stage in which each step is evaluated; those of `between` are there from the stage on that follows. */
  readonly stageOf: readonly number[];
  readonly between: readonly Between[];
  readonly count: number;
  /** Steps whose values are stored at the end of their stage. */
  readonly isStored: readonly boolean[];
  readonly isBetween: readonly boolean[];
}

/** Code of some operand, to ask whether there is an operation of one. */
const dummy = [0x20, 0];

/** Whether vectors have a step. */
function isVector(step: Step, dtypeOf: (i: number) => DType): boolean {
  if (step.op === 'index') return false;
  if (step.op === 'input' || step.op === 'const') return true;
  const [from, to] = [kindOf(dtypeOf(step.args.at(-1)!)), kindOf(step.dtype)];
  if (!from || !to) return false;
  if (step.op === 'cast') return pathOf(from, to) !== undefined;
  if (step.op === 'where') return true;
  return vectorOps[step.op]?.(from, ...Array.from({ length: step.args.length }, () => dummy)) !== undefined;
}

const known = new WeakMap<Program, Stages>();

export function stagesOf(program: Program): Stages {
  let stages = known.get(program);
  if (!stages) known.set(program, (stages = findStages(program)));
  return stages;
}

function findStages({ steps }: Program): Stages {
  const dtypeOf = (i: number) => steps[i]!.dtype;
  const stageOf: number[] = [];
  const between: Between[] = [];
  const isStored = steps.map(() => false);
  const isBetween = steps.map(() => false);
  steps.forEach((step, i) => {
    const stage = Math.max(0, ...argsOf(step).map((arg) => stageOf[arg]!));
    if (isVector(step, dtypeOf)) {
      stageOf.push(stage);
      return;
    }
    const math = isVectorFunction(step.op) ? step.op : undefined;
    between.push({ step: i, stage, ...(math && { math }) });
    isBetween[i] = true;
    stageOf.push(stage + 1);
  });
  steps.forEach((step, i) => {
    for (const arg of argsOf(step)) {
      const isLeaf = steps[arg]!.op === 'input' || steps[arg]!.op === 'const';
      const isLater = isBetween[i] ? true : stageOf[i]! > stageOf[arg]!;
      if (isLater && !isLeaf && !isBetween[arg]) isStored[arg] = true;
    }
  });
  return { stageOf, between, isStored, isBetween, count: 1 + Math.max(...stageOf) };
}
