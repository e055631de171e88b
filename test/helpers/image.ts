/**
 * The image without a container engine: the instructions of the Dockerfile are followed in a folder,
 * and what it starts runs there, as the image's user and as process 1, on a root that it cannot
 * write, with ports of its own. Linux's namespaces do it, for which one has to be root.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { environmentOf, lastOf, readDockerfile, type Stage, wordsOf } from './dockerfile.ts'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import {
  type Finished,
  outputOf,
  type RunningProgram,
  runProgram,
  startProgram,
} from './programs.ts'

const repository = join(import.meta.dirname, '..', '..')
const buildMs = 600_000

/** A reason, or false where images can be tried. */
export function withoutNamespaces(): string | false {
  if (process.env.PEERS === 'none') {
    return 'an image is built like a program of others; run it without PEERS=none'
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'only root of a Linux may make the namespaces that stand for a container'
  }
  try {
    execFileSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true'], { stdio: 'ignore' })
    return false
  } catch {
    return 'unshare --mount --net --pid is not allowed here'
  }
}

export class Image {
  readonly root: string
  readonly #stage: Stage
  readonly #owner: Owner

  private constructor(owner: Owner, root: string, stage: Stage) {
    this.#owner = owner
    this.root = root
    this.#stage = stage
  }

  /** Follows the Dockerfile of this checkout. */
  static async build(owner: Owner): Promise<Image> {
    const stages = readDockerfile(join(repository, 'Dockerfile'))
    const roots = new Map<string, string>()
    let image: Image | undefined
    for (const stage of stages) {
      const root = temporaryFolder(owner)
      roots.set(stage.name ?? '', root)
      image = new Image(owner, root, stage)
      await image.#follow(roots, stage === stages.at(-1))
    }
    if (image === undefined) throw new Error('the Dockerfile has no stage')
    return image
  }

  /** Starts what the image starts. */
  start(environment: Record<string, string> = {}): Container {
    const words = [
      ...wordsOf(lastOf(this.#stage, 'ENTRYPOINT')),
      ...wordsOf(lastOf(this.#stage, 'CMD')),
    ]
    const user = lastOf(this.#stage, 'USER') ?? ''
    const env = { ...environmentOf(this.#stage), ...environment }
    const inside = ['env', '-i', ...pairs(env), 'PATH=/usr/local/bin:/usr/bin:/bin', ...words]
    const command = ['chroot', `--userspec=${user}`, this.root, ...inside]
    const volume = lastOf(this.#stage, 'VOLUME') ?? ''
    const program = startProgram(
      this.#owner,
      this.#inNamespaces(`${mounts(this.root, volume)}
      cd ${this.root}
      exec ${command.map(quoted).join(' ')}`),
    )
    return new Container(this, program, user)
  }

  get healthCheck(): string[] {
    return wordsOf(lastOf(this.#stage, 'HEALTHCHECK'))
  }

  async #follow(roots: ReadonlyMap<string, string>, isLast: boolean): Promise<void> {
    let folder = '/'
    if (isLast) makeSystem(this.root)
    for (const { name, text } of this.#stage.instructions) {
      if (name === 'WORKDIR') {
        folder = text
        mkdirSync(join(this.root, folder), { recursive: true })
      } else if (name === 'COPY') this.#copy(text, folder, roots)
      else if (name === 'RUN' && isLast) {
        // What it installs belongs into the image: it runs inside.
        const run = ['chroot', this.root, 'sh', '-ec', `cd ${folder}; ${text}`]
        const script = `${mounts(this.root)}\nexec ${run.map(quoted).join(' ')}`
        await outputOf(this.#inNamespaces(script))
      } else if (name === 'RUN') {
        const options = { cwd: join(this.root, folder), env: ownEnvironment(), deadlineMs: buildMs }
        await outputOf(['sh', '-ec', text], options)
      }
    }
  }

  #copy(text: string, folder: string, roots: ReadonlyMap<string, string>): void {
    const [, from, rest = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(text) ?? []
    const words = rest.split(' ')
    const into = words.pop() ?? ''
    const context = from === undefined ? repository : (roots.get(from) ?? '')
    const isIgnored = from === undefined ? ignored() : () => false
    for (const word of words) {
      const source = join(context, word)
      const isFolder = lstatSync(source).isDirectory()
      const toFolder = into.endsWith('/')
      const base = into.startsWith('/') ? join(this.root, into) : join(this.root, folder, into)
      const target = toFolder && !isFolder ? join(base, basename(word)) : base
      mkdirSync(dirname(target), { recursive: true })
      cpSync(source, target, {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !isIgnored(path.slice(context.length + 1)),
      })
      if (!existsSync(target)) throw new Error(`${word} is not in the context: see .dockerignore`)
    }
  }

  #inNamespaces(script: string): string[] {
    const kinds = ['--mount', '--net', '--pid', '--fork', '--kill-child']
    return ['unshare', ...kinds, 'bash', '-ec', script]
  }
}

export class Container {
  readonly program: RunningProgram
  readonly #image: Image
  readonly #user: string

  constructor(image: Image, program: RunningProgram, user: string) {
    this.#image = image
    this.program = program
    this.#user = user
  }

  /** Runs a command inside, as the image's user. */
  async run(command: readonly string[]): Promise<Finished> {
    const enter = ['nsenter', '--target', `${this.#pid}`, '--mount', '--net', '--pid']
    const inside = ['chroot', `--userspec=${this.#user}`, this.#image.root, ...command]
    return await runProgram([...enter, ...inside])
  }

  async becomesHealthy(): Promise<void> {
    const isHealthy = async () => {
      if (!this.program.running) return 'ended'
      if (this.#pid === undefined) return false
      return (await this.run(this.#image.healthCheck)).exitCode === 0 && 'healthy'
    }
    const state = await eventually('the image is healthy', isHealthy, 90_000)
    if (state !== 'healthy') throw new Error(`it ended: ${this.program.story()}`)
  }

  /** As a container engine does: SIGTERM for process 1. Resolves to the exit code. */
  async stop(): Promise<number | null> {
    if (this.#pid !== undefined) process.kill(this.#pid, 'SIGTERM')
    return await this.program.exited
  }

  /** What the kernel says of process 1, by the names of /proc/PID/status. */
  status(): Record<string, string> {
    const lines = readFileSync(`/proc/${this.#pid}/status`, 'utf8').trim().split('\n')
    return Object.fromEntries(lines.map((line) => line.split(':\t') as [string, string]))
  }

  /** As it is seen from here; absent until it runs. */
  get #pid(): number | undefined {
    const parent = this.program.pid
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim()
    return children === '' ? undefined : Number(children.split(' ')[0])
  }
}

/** What a base image has: programs and libraries, which are those of this machine, and Node. */
function makeSystem(root: string): void {
  chmodSync(root, 0o755)
  for (const name of ['usr', 'proc', 'dev', 'tmp', 'etc', 'var/lib']) {
    mkdirSync(join(root, name), { recursive: true })
  }
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    if (lstatSync(`/${name}`).isSymbolicLink())
      symlinkSync(readlinkSync(`/${name}`), join(root, name))
  }
  for (const name of ['passwd', 'group', 'shadow', 'gshadow', 'login.defs']) {
    if (existsSync(`/etc/${name}`)) cpSync(`/etc/${name}`, join(root, 'etc', name))
  }
  mkdirSync(join(root, 'local/bin'), { recursive: true })
  cpSync(process.execPath, join(root, 'local/bin/node'))
  // npm's folder comes with Node.
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n')
}

/** A volume can be written, all else cannot. */
function mounts(root: string, volume?: string): string {
  return `
    mount --make-rprivate /
    ip link set lo up
    mount --bind ${root} ${root}
    mount --rbind /usr ${root}/usr
    mount --bind ${root}/local ${root}/usr/local
    mount --rbind /dev ${root}/dev
    mount -t proc proc ${root}/proc
    ${volume === undefined ? '' : `mount --bind ${root}${volume} ${root}${volume}`}
    ${volume === undefined ? '' : `mount -o remount,ro,bind ${root}`}
    mount -t tmpfs -o mode=1777 tmpfs ${root}/tmp`
}

/** Whether .dockerignore keeps a path out: the last line that fits decides. */
function ignored(): (path: string) => boolean {
  const lines = readFileSync(join(repository, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const rules = lines.map((line) => {
    const isException = line.startsWith('!')
    const words = (isException ? line.slice(1) : line)
      .replaceAll(/[.+^$()|[\]]/g, '\\$&')
      .replaceAll('**/', '(.*/)?')
      .replaceAll(/(?<!\.)\*/g, '[^/]*')
    return { isException, pattern: new RegExp(`^${words}(/|$)`) }
  })
  return (path) => {
    const last = rules.findLast(({ pattern }) => pattern.test(path))
    // A folder on the way to what is let in is walked through.
    const isWay = lines.some((line) => line.startsWith(`!${path}/`))
    return last !== undefined && !last.isException && !isWay && path !== ''
  }
}

/** npm runs tests with settings in the environment that are not meant for the npm below it. */
function ownEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => /^npm_/i.test(name))
  return {
    ...Object.fromEntries(own.map(([name]) => [name, ''])),
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  }
}

function pairs(env: Record<string, string>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`)
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
