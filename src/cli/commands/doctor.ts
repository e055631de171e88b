import { command, operandsOf } from '../command.ts'
import { examine, type Finding } from '../doctor/examine.ts'
import { cliError } from '../errors.ts'
import { kafkaOptions, wayToKafka } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'

export const doctor = command({
  operands: 'HOST:PORT',
  options: { 'command-config': kafkaOptions['command-config'], ...outputOption },
  about:
    'Looks up the name, opens the port, agrees on TLS, logs in, asks for the brokers, and tries the addresses that they\ntell. Exit code 1 says that the way ends somewhere; the last line says where, why and what to do.',
  examples: [
    'leat doctor localhost:9092',
    'leat doctor broker.example:9093 --command-config client-ssl.properties',
  ],
  async run({ options, operands, terminal }) {
    const [address = ''] = operandsOf(operands, 'HOST:PORT')
    const way = wayToKafka({ ...options, brokers: address }, terminal)
    const findings: Finding[] = await Array.fromAsync(examine(address, way))
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
