/**
 * machines.ts URL MACHINES PER_SECOND SECONDS: so many clients of an MQTT broker publish so many readings
 * a second each at QoS 1, spread evenly. Says `connected`, and at the end how many were acknowledged.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { MqttPublisher } from '../../src/client/mqtt/index.ts'

const [url = '', ...numbers] = process.argv.slice(2)
const [count = 0, perSecond = 0, seconds = 0] = numbers.map(Number)
const connectedAtOnce = 20
const tickMs = 10
/** A broker that is slower is waited for. */
const mostUnderWay = 5_000

const publishers: MqttPublisher[] = []
while (publishers.length < count) {
  const some = Array.from({ length: connectedAtOnce }, (_, at) => {
    return MqttPublisher.open({ url, clientId: `machine-${publishers.length + at}` })
  })
  publishers.push(...(await Promise.all(some)))
}
process.stdout.write('connected\n')

let acknowledged = 0
const underWay = new Set<Promise<void>>()
const start = performance.now()
for (let next = 0; next < count * perSecond * seconds; ) {
  const due = Math.floor(((performance.now() - start) / 1000) * count * perSecond)
  const most = Math.min(due, count * perSecond * seconds, next + mostUnderWay - underWay.size)
  for (; next < most; next += 1) publish(next)
  await pause(tickMs)
}
await Promise.all(underWay)
await Promise.all(publishers.map((publisher) => publisher.close()))
process.stdout.write(`${acknowledged}\n`)

function publish(number: number): void {
  const machine = number % count
  const reading = {
    machine: `machine-${machine}`,
    value: 40 + (number % 997) / 31,
    time: Date.now(),
  }
  const publisher = publishers[machine]
  if (publisher === undefined) return
  const done = publisher.publish(`factory/${reading.machine}`, JSON.stringify(reading)).then(() => {
    acknowledged += 1
    underWay.delete(done)
  })
  underWay.add(done)
}
