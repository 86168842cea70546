/** What a user of the package can import, and what importing it costs. A change of these lists is one of the API. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { frontDoors } from './support/examples.js';
import { root } from './support/paths.js';

const api = {
  sheaf: {
    values: [
      'ActorLostError',
      'Bag',
      'CancelledError',
      'ChunkedArray',
      'Client',
      'Delayed',
      'Event',
      'Future',
      'GraphBuilder',
      'InputError',
      'LocalCluster',
      'Lock',
      'NDArray',
      'Queue',
      'SchedulerLostError',
      'Security',
      'Semaphore',
      'SheafError',
      'TaskError',
      'TimeoutError',
      'Variable',
      'annotate',
      'array',
      'asCompleted',
      'bag',
      'compute',
      'delayed',
      'fireAndForget',
      'getClient',
      'getWorker',
      'importUploaded',
      'initialize',
      'persist',
      'progress',
      'recreateErrorLocally',
      'rejoin',
      'secede',
      'uploadedFile',
      'visualize',
      'wait',
    ],
    types: [
      'AcquireOptions',
      'ActorFuture',
      'ActorHandle',
      'AdaptOptions',
      'AsCompleted',
      'AsCompletedOptions',
      'BatchOption',
      'ClientOptions',
      'ClusterClient',
      'ClusterState',
      'Collection',
      'Completed',
      'ComputeOptions',
      'Computed',
      'DelayedOptions',
      'FutureStatus',
      'FuturesOf',
      'GatherOptions',
      'Gathered',
      'Graph',
      'InitializeOptions',
      'Key',
      'KeyLike',
      'KeyOf',
      'LaunchInfo',
      'Layer',
      'Lazy',
      'LazyArguments',
      'LocalClusterOptions',
      'LogLine',
      'LoggedEvent',
      'Op',
      'OpRef',
      'PartyVersions',
      'Plugin',
      'ProgressOptions',
      'PublishOptions',
      'QueueOptions',
      'ReadTextOptions',
      'ReductionOptions',
      'RunOptions',
      'ScatterOptions',
      'Scattered',
      'SchedulerInfo',
      'SecurityOptions',
      'SemaphoreOptions',
      'SequenceOptions',
      'SharedState',
      'StoryEvent',
      'SubmitOptions',
      'Task',
      'TaskRun',
      'TaskWorker',
      'TextFilesOptions',
      'Versions',
      'VisualizeOptions',
      'WaitOptions',
      'Waited',
      'WorkerHandle',
      'WorkerInfo',
      'WorkerMetrics',
      'WorkersOption',
    ],
  },
  'sheaf/array': {
    values: ['ChunkedArray', 'NDArray', 'array'],
    types: [
      'AlongAxisOptions',
      'Axis',
      'AxisLabels',
      'Block',
      'BlockFunction',
      'BlockInfo',
      'BlockLike',
      'BlockPlace',
      'BlockwiseOptions',
      'BoundaryLike',
      'ChoiceOptions',
      'Chunks',
      'ChunksLike',
      'CreateOptions',
      'DType',
      'DTypeArray',
      'Element',
      'Expr',
      'ExprLike',
      'FromDelayedOptions',
      'Index',
      'IndexArray',
      'IndexEntry',
      'LikeOptions',
      'MapBlocksOptions',
      'MeshgridOptions',
      'Nested',
      'NestedOperands',
      'Operand',
      'OverlapOptions',
      'PadMode',
      'PadOptions',
      'PerEnd',
      'RandomGenerator',
      'RandomOptions',
      'RangeLike',
      'RechunkLike',
      'RechunkOptions',
      'ReduceOptions',
      'Shape',
      'SpaceOptions',
      'StoreTarget',
      'StridedArray',
      'TensorLike',
      'ToZarrOptions',
      'UserReductionOptions',
    ],
  },
  'sheaf/learn': {
    values: [
      'GridSearchCV',
      'KFold',
      'SVC',
      'StratifiedKFold',
      'accuracyScore',
      'balancedAccuracyScore',
      'classificationReport',
      'clone',
      'confusionMatrix',
      'crossValidate',
      'datasets',
      'f1Score',
      'fbetaScore',
      'fixed',
      'fromMl',
      'makeScorer',
      'parameterGrid',
      'precisionRecallFscoreSupport',
      'precisionScore',
      'pythonRepr',
      'recallScore',
      'scorers',
      'timedelta',
      'trainTestSplit',
    ],
    types: [
      'CvResults',
      'Dataset',
      'Digits',
      'Estimator',
      'FitOutcome',
      'Grid',
      'GridSearchOptions',
      'KFoldOptions',
      'Label',
      'Labels',
      'LabelsLike',
      'MatrixLike',
      'Params',
      'PlannedFit',
      'PlansFits',
      'ScorerName',
      'SearchEvents',
      'SearchProblem',
      'Split',
      'Splitter',
    ],
  },
};

interface Imported {
  readonly names: readonly string[];
  /** The URLs of all scripts that the process has loaded, its own and those of Node included. */
  readonly scripts: readonly string[];
}

// The debugger, when it is switched on, tells of every script there is.
const program = `
import { Session } from 'node:inspector';
const names = Object.keys(await import(process.argv[1]));
const scripts = [];
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params }) => scripts.push(params.url));
session.post('Debugger.enable');
console.log(JSON.stringify({ names, scripts }));
`;

/** Imports `specifier` in a process of its own, as a module of this package would. */
async function imported(specifier: string): Promise<Imported> {
  const args = ['--input-type=module', '--eval', program, specifier];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return JSON.parse(stdout);
}

const packagesOf = ({ scripts }: Imported): string[] => [
  ...new Set(scripts.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])),
];

describe.each(Object.entries(api))('%s', (specifier, { values, types }) => {
  const all = frontDoors[specifier]!.map(({ name }) => name);
  let found: Imported;

  beforeAll(async () => {
    found = await imported(specifier);
  });

  test('exports these values', () => {
    expect([...found.names].sort()).toEqual(values);
  });

  test('exports these types', () => {
    expect(all.filter((name) => !values.includes(name)).sort()).toEqual(types);
  });

  test('has declarations for TypeScript', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const declarations = join(root, exports[specifier.replace('sheaf', '.')].types);
    const text = readFileSync(declarations, 'utf8');
    expect(all.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  test('loads no other package until one is needed', () => {
    expect(packagesOf(found)).toEqual([]);
  });
});

test('packages that are loaded are seen', async () => {
  expect(packagesOf(await imported('apache-arrow'))).toContain('apache-arrow');
  expect(packagesOf(await imported('papaparse'))).toEqual(['papaparse']);
});
