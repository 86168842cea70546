/**
 * A private Slurm of several nodes on this one machine, of Debian's packages: without systemd, control groups or a
 * database. The nodes share this host's network and differ by port, or are the pretended hosts of hosts.ts.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Hosts, onHost } from './hosts.js';
import { cleanEnv } from './mpi.js';

export interface Slurm {
  readonly directory: string;
  /** For srun, sbatch and the others to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** The processes of its daemons. */
  readonly pids: readonly number[];
  /** Ends jobs and daemons, and removes what they wrote. */
  close(): Promise<void>;
}

export interface SlurmOptions {
  readonly nodes: number;
  readonly cpus?: number;
  /** The hosts that are its nodes. */
  readonly hosts?: Hosts;
  /** How long a node may be silent, in s (default 30). */
  readonly slurmdTimeout?: number;
}

const commands = ['munged', 'slurmctld', 'slurmd', 'srun', 'sbatch', 'scancel'];

/** For a test's title: tells whoever sees the test skipped what to install. */
export const slurmTitle = 'Slurm (Debian package slurm-wlm, as root)';

/** Whether a Slurm can be started here: its daemons run as root. */
export const hasSlurm: boolean = process.getuid?.() === 0 && commands.every(isOnPath);

/** Whether srun can load PMIx, by which a PMIx-capable MPI library finds its peers. */
export const hasPmix: boolean =
  existsSync('/usr/lib') && readdirSync('/usr/lib').some((name) => existsSync(`/usr/lib/${name}/pmix2/lib/libpmix.so`));

function isOnPath(command: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  return folders.some((folder) => existsSync(join(folder, command)));
}

const configOf = (
  directory: string,
  port: number,
  { nodes, cpus = 2, hosts, slurmdTimeout = 30 }: SlurmOptions,
): string => {
  const host = hostname().split('.')[0]!;
  const names = hosts?.names ?? Array.from({ length: nodes }, (_, i) => `node${i + 1}`);
  const node = (name: string, i: number) => {
    const place = hosts
      ? `NodeHostname=${name} NodeAddr=${hosts.addresses[i]} Port=${port + 1}`
      : `NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port + 1 + i}`;
    return `NodeName=${name} ${place} CPUs=${cpus} RealMemory=2000`;
  };
  return `ClusterName=sheaftest
SlurmctldHost=${host}(${hosts?.gateway ?? '127.0.0.1'})
SlurmctldPort=${port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${directory}/munge.sock
CredType=cred/munge
StateSaveLocation=${directory}/state
SlurmdSpoolDir=${directory}/spool/%n
TmpFS=${directory}/tmp/%n
SlurmctldPidFile=${directory}/slurmctld.pid
SlurmdPidFile=${directory}/slurmd-%n.pid
SlurmctldLogFile=${directory}/slurmctld.log
SlurmdLogFile=${directory}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
ReturnToService=2
SlurmdTimeout=${slurmdTimeout}
KillWait=2
MessageTimeout=10
TCPTimeout=2
PropagateResourceLimits=NONE
SlurmdParameters=config_overrides
${names.map(node).join('\n')}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
`;
};

/** Starts one and resolves when its nodes are idle. Rejects with what its logs say when they do not come up. */
export async function startSlurm(options: SlurmOptions): Promise<Slurm> {
  const directory = mkdtempSync(join(tmpdir(), 'sheaf-slurm-'));
  // Ports below those that systems give to clients, apart for test files that run side by side.
  const port = 16_000 + (process.pid % 1000) * 10;
  const env = { ...cleanEnv(), SLURM_CONF: join(directory, 'slurm.conf'), PATH: `${process.env.PATH}:/usr/sbin` };
  const names = options.hosts?.names ?? Array.from({ length: options.nodes }, (_, i) => `node${i + 1}`);
  for (const folder of ['state', 'spool', 'tmp']) mkdirSync(join(directory, folder));
  for (const name of names) for (const folder of ['spool', 'tmp']) mkdirSync(join(directory, folder, name));
  writeFileSync(env.SLURM_CONF, configOf(directory, port, options));
  writeFileSync(join(directory, 'munge.key'), randomBytes(1024), { mode: 0o400 });
  chmodSync(directory, 0o755);
  const pids = () =>
    readdirSync(directory)
      .filter((file) => file.endsWith('.pid'))
      .map((file) => Number(readFileSync(join(directory, file), 'utf8')));
  const close = async () => {
    const ask = (command: string, ...args: string[]) =>
      spawnSync(command, args, { env, encoding: 'utf8', timeout: 5000 }).stdout?.trim() ?? '';
    if (existsSync(join(directory, 'munge.sock'))) {
      const jobs = ask('squeue', '-h', '-o', '%A').split('\n').filter(Boolean);
      if (jobs.length > 0) {
        ask('scancel', '--signal=KILL', '--full', ...jobs);
        ask('scancel', ...jobs);
        await until(() => ask('squeue', '-h') === '', 5000);
      }
    }
    // The controller before the key: the daemons ask munged until the end.
    const order = [/slurmd/, /slurmctld/, /munged/];
    for (const pattern of order) {
      const files = readdirSync(directory).filter((file) => file.endsWith('.pid') && pattern.test(file));
      for (const file of files) await end(Number(readFileSync(join(directory, file), 'utf8')));
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const socket = join(directory, 'munge.sock');
    run(env, 'munged', [
      ...['--force', `--key-file=${join(directory, 'munge.key')}`, `--socket=${socket}`],
      ...[`--pid-file=${join(directory, 'munged.pid')}`, `--log-file=${join(directory, 'munged.log')}`],
      `--seed-file=${join(directory, 'munge.seed')}`,
    ]);
    run(env, 'slurmctld', ['-c']);
    for (const name of names) {
      const command = options.hosts ? onHost(name, ['slurmd', '-N', name]) : ['slurmd', '-N', name];
      run(env, command[0]!, command.slice(1));
    }
    const idle = () => spawnSync('sinfo', ['-h', '-N', '-t', 'idle', '-o', '%N'], { env, encoding: 'utf8' }).stdout;
    const isUp = await until(() => idle().split('\n').filter(Boolean).length >= names.length, 15_000);
    if (!isUp) throw new Error('its nodes did not come up');
    return { directory, env, pids: pids(), close };
  } catch (error) {
    const logs = readdirSync(directory).filter((file) => file.endsWith('.log'));
    const text = logs.map((file) => `${file}:\n${readFileSync(join(directory, file), 'utf8')}`).join('\n');
    await close();
    throw new Error(`Slurm: ${(error as Error).message}\n${text}`);
  }
}

/** The daemons go to the background by themselves; they must not hold a pipe of ours. */
function run(env: Readonly<Record<string, string>>, command: string, args: readonly string[]): void {
  const { status, error } = spawnSync('sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', command, ...args], {
    env,
    stdio: 'ignore',
  });
  if (error || status !== 0) throw new Error(`${command} did not start (${error?.message ?? `exit code ${status}`})`);
}

async function end(pid: number): Promise<void> {
  const isAlive = () => {
    try {
      // A zombie that nobody has reaped yet is gone.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  if (isAlive()) process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(), 5000);
}

async function until(isSo: () => boolean, ms: number): Promise<boolean> {
  for (const giveUpAt = performance.now() + ms; !isSo(); await delay(20))
    if (performance.now() > giveUpAt) return false;
  return true;
}

export interface BatchEnd {
  /** COMPLETED, FAILED, TIMEOUT, CANCELLED, … */
  readonly state: string;
  readonly exitCode: string;
}

/** How a batch job ended, when it has. */
export async function batchEnd({ env }: Slurm, job: string, timeLimitMs = 60_000): Promise<BatchEnd> {
  let found: BatchEnd | undefined;
  await until(() => {
    const { stdout } = spawnSync('scontrol', ['show', 'job', '-o', job], { env, encoding: 'utf8' });
    const [, state = ''] = /JobState=(\w+)/.exec(stdout) ?? [];
    const [, exitCode = ''] = / ExitCode=(\S+)/.exec(stdout) ?? [];
    if (!['PENDING', 'RUNNING', 'COMPLETING', 'CONFIGURING', ''].includes(state)) found = { state, exitCode };
    return found !== undefined;
  }, timeLimitMs);
  if (!found) throw new Error(`job ${job} did not end within ${timeLimitMs} ms`);
  return found;
}
