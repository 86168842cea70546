import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canMakeHosts, type Hosts, hostsTitle, makeHosts } from '../support/hosts.js';
import { findMpirun, type MpiKind, mpiTitle, type Running, start } from '../support/mpi.js';
import { untilNoneHas } from '../support/processes.js';
import { hasSlurm, type Slurm, slurmTitle, startSlurm } from '../support/slurm.js';

const program = fileURLToPath(new URL('./initialize-job.js', import.meta.url));

let hosts: Hosts;
let token: string;
beforeEach(() => {
  token = randomUUID();
});

const env = (more: object = {}): Record<string, string> => ({ SHEAF_TEST_TOKEN: token, ...more });

interface Told {
  readonly name: string;
  readonly host: string;
  readonly address: string;
}

const workersOf = (stdout: string): Told[] =>
  (JSON.parse(stdout) as Told[]).sort((a, b) => a.name.localeCompare(b.name));

describe.skipIf(!hasSlurm || !canMakeHosts)(`under ${slurmTitle} on three ${hostsTitle}`, () => {
  let slurm: Slurm;
  beforeEach(async () => {
    hosts = makeHosts({ count: 3, second: 'ib0' });
    slurm = await startSlurm({ nodes: 3, hosts, slurmdTimeout: 5 });
  }, 60_000);
  afterEach(async () => {
    await slurm.close();
    hosts.close();
    await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
    expect(existsSync(slurm.directory)).toBe(false);
  }, 60_000);

  const srun = (size: number, flags: readonly string[], ...script: string[]): Running => {
    const words = ['srun', '-N3', `-n${size}`, '--overcommit', '--distribution=cyclic', ...flags];
    const command = [...words, process.execPath, program, ...script];
    return start('sh', ['-c', 'cd "$0" && exec "$@"', slurm.directory, ...command], {
      env: { ...slurm.env, ...env() },
      timeLimitMs: 80_000,
    });
  };

  test('each worker listens where the others can reach it, and has its host to itself', async () => {
    const { stdout, ...ended } = await srun(5, ['--no-kill'], 'options', '{}').ended;
    expect(ended).toEqual({ code: 0, stderr: '' });
    // Ranks go to the hosts in turn.
    expect(workersOf(stdout)).toMatchObject(
      [2, 0, 1].map((host, i) => ({
        ...{ name: String(i + 2), host: hosts.names[host] },
        address: expect.stringMatching(`^tcp://${hosts.addresses[host]!.replaceAll('.', '\\.')}:`),
      })),
    );
  });

  test('the interface that is named', async () => {
    const { stdout, code } = await srun(5, ['--no-kill'], 'options', '{"interface":"ib0"}').ended;
    expect(code).toBe(0);
    const networks = workersOf(stdout).map(({ address }) => new URL(address).hostname.split('.').slice(0, 2).join('.'));
    expect(new Set(networks)).toEqual(new Set([hosts.secondNetwork]));
  });

  test('an interface that does not exist', async () => {
    const { code, stdout, stderr } = await srun(5, ['--no-kill'], 'options', '{"interface":"ib1"}').ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').filter((line) => line.startsWith('sheaf:'))).toEqual([
      expect.stringMatching(
        /^sheaf: rank 0 \(scheduler on \S+1\) failed: network interface "ib1" does not exist here, is down, or has no address; there are: eth0 \(\S+\), ib0 \(\S+\), lo \(127\.0\.0\.1\)$/,
      ),
    ]);
  });

  test.each([
    ['its link is cut', () => hosts.cut(hosts.names[2]!)],
    [
      'it loses its power',
      () => {
        for (const pid of hosts.pids(hosts.names[2]!)) process.kill(pid, 'SIGKILL');
      },
    ],
  ])(
    'a host is lost, %s: the job goes on without it, and is right',
    async (_, lose) => {
      const running = srun(5, ['--no-kill'], 'long work', '60', '200');
      await running.said('ready');
      lose();
      await running.said('right');
      const { code, stdout } = await running.ended;
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\nright\n2\n' });
    },
    120_000,
  );

  test('a rank that cannot reach the scheduler is named, with its host', async () => {
    const running = srun(4, ['--no-kill'], 'cut off', hosts.names[2]!);
    hosts.cut(hosts.names[2]!);
    const { stderr } = await running.ended;
    expect(stderr).toMatch(
      new RegExp(
        `^sheaf: these ranks did not join the scheduler on ${hosts.names[0]} within \\d+ ms: 2 \\(worker on ${hosts.names[2]}\\)$`,
        'm',
      ),
    );
  }, 120_000);
});

describe.skipIf(!canMakeHosts).each<MpiKind>(['openmpi', 'mpich'])(`on three ${hostsTitle}`, (kind) => {
  const mpirun = findMpirun(kind);
  const under = `under ${mpiTitle(kind)}`;
  beforeEach(() => {
    hosts = makeHosts({ count: 3, second: 'ib0' });
  });
  afterEach(async () => {
    hosts.close();
    await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
  });

  const ranks = (size: number, flags: readonly string[], ...script: string[]): Running => {
    const { names, shell, bridge, gateway } = hosts;
    const where = {
      openmpi: [
        ...['--mca', 'plm_rsh_agent', shell, '--mca', 'oob_tcp_if_include', `${gateway}/24`, '--bind-to', 'none'],
        ...['--allow-run-as-root', '--map-by', 'node', '--host', names.map((name) => `${name}:2`).join(',')],
        ...['-x', 'SHEAF_TEST_TOKEN'],
      ],
      mpich: ['-launcher', 'ssh', '-launcher-exec', shell, '-iface', bridge, '-hosts', names.join(',')],
    }[kind];
    const args = [...where, ...flags, '-n', String(size), process.execPath, program, ...script];
    return start(mpirun!.command, args, { env: env(), timeLimitMs: 60_000 });
  };
  /** Of Open MPI: its ranks may lose some of them. */
  const recovering = kind === 'openmpi' ? ['--enable-recovery'] : [];

  test.skipIf(!mpirun)(`${under}: all hosts compute`, async () => {
    const { code, stdout, stderr } = await ranks(6, recovering, 'options', '{}').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(new Set(workersOf(stdout).map(({ host }) => host))).toEqual(new Set(hosts.names));
  });

  test.skipIf(!mpirun || kind !== 'openmpi')(`${under}: without it the user hears what that means`, async () => {
    const { stderr } = await ranks(3, [], 'no client').ended;
    expect(stderr).toBe(
      'sheaf: this job ends when one of its hosts is lost: with mpirun --enable-recovery the others go on\n',
    );
  });
});
