export { ChunkedArray } from './array/chunked-array.js';
export { array } from './array/namespace.js';
export { NDArray } from './array/ndarray.js';
export { Bag } from './bag/bag.js';
export type { KeyOf } from './bag/build.js';
export { bag, type SequenceOptions } from './bag/namespace.js';
export type { ReductionOptions } from './bag/reduce.js';
export type { ReadTextOptions, TextFilesOptions } from './bag/text.js';
export { type ActorFuture, type ActorHandle, ActorLostError } from './client/actor.js';
export { type AsCompleted, type AsCompletedOptions, asCompleted, type Completed } from './client/as-completed.js';
export { Client, type ClientOptions } from './client/client.js';
export type { ClusterClient, KeyLike, RunOptions, WorkersOption } from './client/cluster-client.js';
export { type Computed, compute, persist, type VisualizeOptions, visualize } from './client/collections.js';
export { SchedulerLostError } from './client/connection.js';
export { Event } from './client/coordination/event.js';
export type { AcquireOptions } from './client/coordination/leases.js';
export { Lock } from './client/coordination/lock.js';
export { type BatchOption, Queue, type QueueOptions } from './client/coordination/queue.js';
export { Semaphore, type SemaphoreOptions } from './client/coordination/semaphore.js';
export type { PublishOptions, SharedState } from './client/coordination/shared-state.js';
export { Variable } from './client/coordination/variable.js';
export { fireAndForget } from './client/fire-and-forget.js';
export { CancelledError, Future, type FutureStatus, TaskError } from './client/future.js';
export type { Gathered, GatherOptions } from './client/gather.js';
export {
  getClient,
  getWorker,
  importUploaded,
  rejoin,
  secede,
  type TaskWorker,
  uploadedFile,
} from './client/in-task.js';
export type { ClusterState, PartyVersions, StoryEvent, Versions } from './client/inspection.js';
export type { Lazy, LazyArguments } from './client/items.js';
export { annotate, type SubmitOptions } from './client/options.js';
export { type ProgressOptions, progress } from './client/progress.js';
export { recreateErrorLocally } from './client/recreate.js';
export type { Scattered, ScatterOptions } from './client/scatter.js';
export type { ComputeOptions, FuturesOf } from './client/send-collections.js';
export { type Waited, type WaitOptions, wait } from './client/wait.js';
export type { AdaptOptions } from './cluster/adapting.js';
export { type InitializeOptions, initialize } from './cluster/initialize.js';
export { LocalCluster, type LocalClusterOptions } from './cluster/local-cluster.js';
export type { LaunchInfo, SchedulerInfo, WorkerInfo, WorkerMetrics } from './cluster/scheduler-info.js';
export type { LogLine, Plugin, WorkerHandle } from './cluster/worker-requests.js';
export { Security, type SecurityOptions } from './comm/security.js';
export { Delayed, type DelayedOptions, delayed } from './delayed/delayed.js';
export type { Collection } from './graph/collection.js';
export { type Graph, GraphBuilder } from './graph/graph.js';
export type { Layer } from './graph/layer.js';
export type { Key, Op, OpRef, Task } from './graph/task.js';
export type { LoggedEvent } from './scheduler/coordination/protocol.js';
export type { TaskRun } from './scheduler/task-stream.js';
export { InputError, SheafError, TimeoutError } from './util/errors.js';
