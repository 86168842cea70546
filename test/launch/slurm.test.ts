import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { program as sheaf } from '../support/cli.js';
import { type Running, start } from '../support/mpi.js';
import { root } from '../support/paths.js';
import { processesOfRank, untilNoneHas } from '../support/processes.js';
import { batchEnd, hasPmix, hasSlurm, type Slurm, slurmTitle, startSlurm } from '../support/slurm.js';

const program = fileURLToPath(new URL('./initialize-job.js', import.meta.url));
const primes = join(root, 'dist', 'examples', 'primes.js');
const overcommitted = ['-N2', '--overcommit', '--distribution=cyclic'];

describe.skipIf(!hasSlurm)(`under ${slurmTitle}, two nodes`, () => {
  let slurm: Slurm;
  let token: string;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
  }, 60_000);
  afterAll(async () => {
    const { directory, pids } = slurm;
    await slurm.close();
    expect(existsSync(directory)).toBe(false);
    expect(pids.filter((pid) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
  }, 60_000);
  beforeEach(() => {
    token = randomUUID();
  });
  afterEach(async () => {
    await untilNoneHas(`SHEAF_TEST_TOKEN=${token}`);
    expect(readdirSync(slurm.directory).filter((file) => file.startsWith('.sheaf'))).toEqual([]);
  });

  const env = (more: object = {}) => ({ ...slurm.env, SHEAF_TEST_TOKEN: token, ...more });
  const run = (command: string, args: readonly string[], more: object = {}): Running =>
    start('sh', ['-c', 'cd "$0" && exec "$@"', slurm.directory, command, ...args], { env: env(more) });
  const srun = (size: number, flags: readonly string[], ...script: string[]): Running =>
    run('srun', [...overcommitted, `-n${size}`, ...flags, process.execPath, program, ...script]);

  test.for([
    ['none', 'slurm', 'file'],
    ['pmi2', 'pmi', 'pmi'],
    ['pmix', 'slurm', 'mpi'],
  ])(
    'srun --mpi=%s (pmix: Debian package libpmix-dev): the ranks meet, all nodes compute',
    async ([mpi, launcher, way], { skip }) => {
      skip(mpi === 'pmix' && !hasPmix);
      const flags = [`--mpi=${mpi}`, '--no-kill'];
      // Two nodes of one host name: Open MPI's shared memory would take them for one.
      const { code, stdout, stderr } = await run(
        'srun',
        [...overcommitted, '-n4', ...flags, process.execPath, program, 'roles', '{}'],
        mpi === 'pmix' ? { OMPI_MCA_btl: 'self,tcp', OMPI_MCA_pml: 'ob1' } : {},
      ).ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        squares: [1, 4, 9, 16],
        names: ['2', '3'],
        launch: { launcher, way },
      });
    },
  );

  test('the original job script, by sbatch', async () => {
    const output = join(slurm.directory, 'primes.out');
    const script = `#!/bin/bash
#SBATCH --job-name primes
#SBATCH --nodes=2
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --exclusive
#SBATCH --time 00:10:00
#SBATCH --output=${output}
srun --no-kill --overcommit --distribution=cyclic --nodes=\${SLURM_NNODES} --ntasks=$[SLURM_NTASKS+2] --cpus-per-task=\${SLURM_CPUS_PER_TASK} node ${primes} 100000 100030
`;
    writeFileSync(join(slurm.directory, 'job.sh'), script);
    const { stdout } = await run('sbatch', ['--parsable', 'job.sh']).ended;
    expect(await batchEnd(slurm, stdout.trim())).toEqual({ state: 'COMPLETED', exitCode: '0:0' });
    expect(readFileSync(output, 'utf8')).toMatch(/^2 primes between 100000 and 100030 \[0:00:\d\d\.\d{6}\]\n$/);
  });

  test('sheaf job --submit', async () => {
    copyFileSync(program, join(slurm.directory, 'program.txt')); // a directory of the user's, with files of other kinds
    const flags = [
      '--nodes',
      '2',
      '--cpus-per-task',
      '2',
      '--time',
      '00:01:00',
      '--interface',
      'lo',
      '--output',
      'job.out',
    ];
    const submitted = await run(process.execPath, [sheaf, 'job', ...flags, '--submit', program, 'options', '{}']).ended;
    expect(submitted).toMatchObject({ code: 0, stderr: '' });
    const [, job] = /^Submitted batch job (\d+)\n$/.exec(submitted.stdout)!;
    expect(await batchEnd(slurm, job!)).toEqual({ state: 'COMPLETED', exitCode: '0:0' });
    const workers = JSON.parse(readFileSync(join(slurm.directory, 'job.out'), 'utf8'));
    // Two cores for each worker, one worker on each node; but both nodes are this one machine.
    expect(workers.map(({ name, nthreads }: { name: string; nthreads: number }) => [name, nthreads]).sort()).toEqual([
      ['2', 2],
      ['3', 2],
    ]);
    expect(workers.every(({ address }: { address: string }) => address.startsWith('tcp://127.0.0.1:'))).toBe(true);
  });

  test('in a batch script, but not started by srun: alone, and it says so', async () => {
    const output = join(slurm.directory, 'alone.out');
    const script = `#!/bin/bash\n#SBATCH -N2 -n2 -o ${output}\n${process.execPath} ${program} 'no client'\n`;
    writeFileSync(join(slurm.directory, 'alone.sh'), script);
    const { stdout } = await run('sbatch', ['--parsable', 'alone.sh']).ended;
    expect((await batchEnd(slurm, stdout.trim())).state).toBe('COMPLETED');
    expect(readFileSync(output, 'utf8')).toMatch(
      /^sheaf: in Slurm job \d+, but not started by srun: the script runs alone, on the cores of this node\. To use all that the job has \(2 tasks\), start it with srun\ndone\n$/,
    );
  });

  test.each([
    ['throw', 1, /RangeError: a mistake in the script/],
    ['exit 3', 3, /^(srun: error: .*\n)*$/],
  ])('a script that ends badly: %s', async (script, code, stderr) => {
    const ended = await srun(4, ['--no-kill'], script).ended;
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(stderr);
    expect(ended.stderr).not.toMatch(/^sheaf:/m);
  });

  test('without --no-kill: the user hears what that means', async () => {
    expect((await srun(3, [], 'no client').ended).stderr).toBe(
      'sheaf: this job ends when one of its nodes is lost: with srun --no-kill (and #SBATCH --no-kill) the others go on\n',
    );
  });

  test('a world too small', async () => {
    const ended = await srun(2, ['--no-kill'], 'no client').ended;
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^sheaf: the launcher started 2 processes, but a cluster needs at least 3: /m);
  });

  test('killed workers are replaced', async () => {
    const ended = await srun(3, ['--no-kill'], 'killed workers').ended;
    expect(ended).toEqual({ code: 0, stdout: '{ sum: 100000, isSame: false, count: 1 }\n', stderr: '' });
  });

  test('a whole rank that is killed: the others finish, and srun tells of the one', async () => {
    const running = srun(5, ['--no-kill'], 'long work', '40', '100');
    await running.said('ready');
    process.kill(processesOfRank(token, 4)[0]!, 'SIGKILL');
    expect(await running.ended).toMatchObject({ code: 137, stdout: 'ready\nright\n2\n' });
  });

  test('walltime: --signal asks for an orderly end, and the event log is whole', async () => {
    const log = join(slurm.directory, 'events.jsonl');
    const output = join(slurm.directory, 'wall.out');
    const command = `srun --no-kill --overcommit -N2 -n3 ${process.execPath} ${program} 'asked to end' ${log}`;
    // A job is ended at the end of a minute; the signal comes that long before.
    const script = `#!/bin/bash\n#SBATCH -N2 -n2 -t 1 --signal=TERM@57 -o ${output}\n${command}\n`;
    writeFileSync(join(slurm.directory, 'wall.sh'), script);
    const { stdout } = await run('sbatch', ['--parsable', 'wall.sh']).ended;
    await batchEnd(slurm, stdout.trim());
    expect(readFileSync(output, 'utf8')).toMatch(/^ready\n/);
    const events = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['add-worker', 'task-done', 'end']));
  }, 90_000);

  test('scancel', async () => {
    const running = srun(3, ['--no-kill'], 'asked to end', join(slurm.directory, 'cancelled.jsonl'));
    await running.said('ready');
    await run('scancel', ['--name=node', '--user=root']).ended;
    expect((await running.ended).code).not.toBe(0);
  });

  test('two jobs side by side do not meet', async () => {
    const jobs = ['one', 'two'].map((job) =>
      run('srun', ['-N1', '-n3', '--overcommit', '--no-kill', process.execPath, program, 'own job'], {
        SHEAF_TEST_JOB: job,
      }),
    );
    await Promise.all(jobs.map((job) => job.said('ready')));
    await run('scancel', ['--signal=USR2', '--name=node', '--user=root']).ended;
    for (const job of jobs) expect(await job.ended).toEqual({ code: 0, stdout: 'ready true 3 1\n', stderr: '' });
  });
});
