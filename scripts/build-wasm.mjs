// Compiles assembly/*.ts with AssemblyScript into src/kernels/wasm/*.ts, modules as text: node scripts/build-wasm.mjs
// The results are in the repository, so that a build needs no compiler; `--check` compiles them again and compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import asc from 'assemblyscript/asc';
import { root } from './setup.mjs';

const flags = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--initialMemory', '1'];

/** The TypeScript of each module, by its file below src/kernels/wasm. */
async function compileAll() {
  const sources = readdirSync(join(root, 'assembly')).filter(
    (file) => file.endsWith('.ts') && !file.includes('-inner'),
  );
  return Promise.all(
    sources.map(async (file) => {
      const { error, binary, stderr } = await compile(file);
      if (error) throw new Error(`${file}: ${stderr}`);
      const text = Buffer.from(binary).toString('base64');
      const lines = text.match(/.{1,110}/g).map((line) => `  '${line}'`);
      const head = `/** Made from assembly/${file} by scripts/build-wasm.mjs: the module in base64. */\n`;
      return {
        file,
        text: `${head}export const ${basename(file, '.ts')}Wasm: string = [\n${lines.join(',\n')},\n].join('');\n`,
      };
    }),
  );
}

async function compile(file) {
  let binary;
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main([join('assembly', file), '--baseDir', root, '--outFile', 'out.wasm', ...flags], {
    stderr,
    readFile: (name, baseDir) => readFile(isAbsolute(name) ? name : join(baseDir, name), 'utf8').catch(() => null),
    writeFile: (_, data) => {
      binary = data;
    },
    listFiles: () => [],
  });
  return { error, binary, stderr: stderr.toString() };
}

const folder = join(root, 'src', 'kernels', 'wasm');
const isCheck = process.argv.includes('--check');
for (const { file, text } of await compileAll()) {
  if (!isCheck) writeFileSync(join(folder, file), text);
  else if (readFileSync(join(folder, file), 'utf8') !== text) {
    console.error(`src/kernels/wasm/${file} is not what assembly/${file} compiles to: node scripts/build-wasm.mjs`);
    process.exitCode = 1;
  }
}
