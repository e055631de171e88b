import { command, operandsOf, type ValuesOf } from '../command.ts'
import { examine, type Finding } from '../doctor/examine.ts'
import { examineHttp } from '../doctor/examine-http.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, wayToKafka } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'
import { registryWay } from '../registry.ts'
import type { Terminal } from '../terminal.ts'

export const doctor = command({
  operands: 'HOST:PORT|URL',
  options: { 'command-config': kafkaOptions['command-config'], ...outputOption },
  about:
    'Looks up the name, opens the port, agrees on TLS, logs in, asks for the brokers, and tries the addresses that they\ntell; of a URL (a registry, Connect, health) whether it answers. Exit code 1 says that the way ends somewhere; the last line says where, why and what to do.',
  examples: [
    'leat doctor localhost:9092',
    'leat doctor broker.example:9093 --command-config client-ssl.properties',
    'leat doctor https://broker.example:8081 --command-config client.properties',
  ],
  async run({ options, operands, terminal }) {
    const [address = ''] = operandsOf(operands, 'HOST:PORT')
    const findings = await Array.fromAsync(steps(address, options, terminal))
    await printRows(
      { options, terminal },
      findings.map(({ step, isFine, about }) => ({ step, result: isFine ? 'ok' : 'FAILS', about })),
    )
    const wrong = findings.filter(({ isFine }) => !isFine).map(({ step }) => step)
    if (wrong.length > 0) {
      throw cliError('failed', { problem: `The way to ${address} fails at: ${wrong.join(', ')}.` })
    }
  },
})

type Options = Pick<ValuesOf<typeof kafkaOptions>, 'command-config'>

function steps(address: string, options: Options, terminal: Terminal): AsyncGenerator<Finding> {
  const url = /^https?:/.test(address) ? URL.parse(address) : null
  if (url !== null)
    return examineHttp(url, registryWay({ ...options, registry: url.origin }, terminal))
  return examine(address, wayToKafka({ ...options, brokers: address }, terminal))
}
