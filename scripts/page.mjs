/** Makes the console's page: `web/` as the few files that a browser loads. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const web = join(dirname(fileURLToPath(import.meta.url)), '..', 'web')

/** Into `folder`: index.html, and assets/ whose names change with what is in them. */
const name = 'assets/[name]-[hash]'

export async function buildPage(folder) {
  const { metafile } = await build({
    entryPoints: { app: join(web, 'main.tsx'), icon: join(web, 'icon.svg') },
    ...{ outdir: folder, entryNames: name, chunkNames: name, loader: { '.svg': 'copy' } },
    ...{
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      target: 'es2023',
      legalComments: 'none',
    },
    ...{ tsconfig: join(web, 'tsconfig.json'), metafile: true, logLevel: 'warning' },
  })
  let page = readFileSync(join(web, 'index.html'), 'utf8')
  for (const path of Object.keys(metafile.outputs)) {
    const name = basename(path)
    page = page.replace(`/assets/${name.replace(/-[^-.]+\./, '.')}`, `/assets/${name}`)
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), page)
}
