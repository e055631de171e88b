import { packageVersion } from '../../base/package-version.ts'
import {
  banner,
  type Config,
  type Difference,
  exposures,
  lineOf,
  loadConfig,
  logLevels,
  openLogger,
  type Running,
  start,
} from '../../platform/index.ts'
import { command, oneOf, type ValuesOf, wholeNumber } from '../command.ts'
import { fileOption } from '../config-file.ts'
import { exitCode } from '../errors.ts'
import { keepHeapSmall } from '../small-heap.ts'
import { printLine, type Terminal } from '../terminal.ts'

export const upOptions = {
  ...fileOption,
  data: {
    type: 'string',
    value: 'DIR',
    about: 'The data directory.',
    example: '--data /var/lib/leat',
  },
  'kafka-port': portOption('Kafka clients', '--kafka-port 19092'),
  'mqtt-port': portOption('MQTT clients', '--mqtt-port 11883'),
  'connect-port': portOption("Connect's REST", '--connect-port 18083'),
  'registry-port': portOption('clients of the schema registry', '--registry-port 18081'),
  'http-port': portOption('the console, health and metrics', '--http-port 18080'),
  'dry-run': {
    type: 'boolean',
    about: 'Says what would be changed, and changes nothing.',
    example: '--dry-run',
  },
  'command-config': {
    type: 'string',
    value: 'FILE',
    about:
      "With --dry-run, TLS and login in Kafka's own keys where a leat runs that asks for them.",
    example: '--command-config client-ssl.properties',
  },
  'log-level': {
    type: 'string',
    value: 'LEVEL',
    about: `What is logged: ${logLevels.join(', ')} (default info, or LEAT_LOG).`,
    example: '--log-level debug',
  },
} as const

type UpOptions = ValuesOf<typeof upOptions>

export const up = command({
  options: upOptions,
  about:
    'Without a file it starts a Kafka broker, an MQTT broker, a schema registry, Connect, and the console\nwith health and metrics. Port 0 takes any free port. Ctrl-C and SIGTERM stop it cleanly.',
  examples: [
    'leat up',
    'leat up -f plant.yml',
    'leat up -f ./factory/',
    'leat up -f ./factory/ --dry-run',
    'leat up --data ./d --kafka-port 19092',
  ],
  async run({ options, terminal }) {
    const config = await configOf(options, terminal)
    if (options['dry-run'] === true) {
      // What looks is not loaded by what starts.
      const { printPlan } = await import('../plan.ts')
      return await printPlan(config, options['command-config'], terminal)
    }
    const tell = (difference: Difference) => void printLine(terminal.stderr, lineOf(difference))
    const running = await startWith(config, options, terminal, tell)
    await printLine(terminal.stderr, banner(config, running, packageVersion()))
    await untilStopped(terminal)
    await stopInTime(running)
  },
})

/** The configuration with what the command line changes. */
export async function configOf(options: UpOptions, { environment }: Terminal): Promise<Config> {
  const config = await loadConfig(options.file, environment)
  const ports = {
    kafka: portOf('kafka-port', options),
    mqtt: portOf('mqtt-port', options),
    registry: portOf('registry-port', options),
    connect: portOf('connect-port', options),
    http: portOf('http-port', options),
  }
  const { kafka, mqtt, registry, connect, console } = config
  return {
    ...config,
    data: options.data ?? config.data,
    kafka: { ...kafka, listeners: withPort(kafka.listeners, ports.kafka) },
    mqtt: mqtt && { ...mqtt, listeners: withPort(mqtt.listeners, ports.mqtt) },
    registry: registry && withBindPort(registry, ports.registry),
    connect: connect && withBindPort(connect, ports.connect),
    console: console && withBindPort(console, ports.http),
  }
}

/** Starts the parts, and warns of doors that are open to other machines. */
export async function startWith(
  config: Config,
  options: UpOptions,
  { environment, stderr }: Terminal,
  tell?: (difference: Difference) => void,
): Promise<Running> {
  const level = options['log-level'] ?? environment.LEAT_LOG
  const logger = openLogger({
    level: oneOf('log-level', level, logLevels, 'info'),
    stderr: { fd: stderr.fd ?? 2, isTTY: stderr.isTTY ?? false },
  })
  keepHeapSmall()
  const running = await start(config, logger, tell)
  for (const exposure of exposures(config)) logger.warn(exposure)
  return running
}

/** Resolves at Ctrl-C or SIGTERM. */
export async function untilStopped({ stopped }: Terminal): Promise<void> {
  if (stopped.aborted) return
  // Where nothing is started, nothing else would keep the process.
  const alive = setInterval(() => {}, 2 ** 30)
  await new Promise((resolve) => stopped.addEventListener('abort', resolve, { once: true }))
  clearInterval(alive)
}

/** Clients may be connected and busy: they get this long. */
const stopLimitMs = 4_500

/** Stops cleanly, or fails after five seconds. */
export async function stopInTime(running: AsyncDisposable): Promise<void> {
  const limit = setTimeout(() => {
    process.stderr.write(`leat: Not stopped within ${stopLimitMs} ms; ending now.\n`)
    process.exit(exitCode.failed)
  }, stopLimitMs)
  await running[Symbol.asyncDispose]()
  clearTimeout(limit)
}

function portOption(whom: string, example: string) {
  return {
    type: 'string',
    value: 'PORT',
    about: `The port for ${whom}.`,
    example,
  } as const
}

type PortOption = 'kafka-port' | 'mqtt-port' | 'registry-port' | 'connect-port' | 'http-port'

function portOf(name: PortOption, options: UpOptions) {
  const given = options[name]
  return given === undefined ? undefined : wholeNumber(name, given, 0)
}

function withBindPort<Part extends { bind: { host: string; port: number } }>(
  part: Part,
  port: number | undefined,
): Part {
  return { ...part, bind: { ...part.bind, port: port ?? part.bind.port } }
}

/** The first listener gets the port. */
function withPort<Listener extends { bind: { host: string; port: number } }>(
  listeners: readonly Listener[],
  port: number | undefined,
): Listener[] {
  return listeners.map((listener, index) =>
    index === 0 && port !== undefined
      ? { ...listener, bind: { ...listener.bind, port } }
      : listener,
  )
}
