/** paho-mqtt 1.6.1 (SINETStream's) and 2, in the three protocol versions and over both transports. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { shared, startMqtt } from '../helpers/subject.ts'

const broker = shared((owner) => startMqtt(owner))

for (const peer of ['paho-mqtt-1.6.1', 'paho-mqtt-2.1.0']) {
  for (const protocol of ['MQTTv31', 'MQTTv311', 'MQTTv5']) {
    for (const transport of ['tcp', 'websockets']) {
      test(`${peer} ${protocol} over ${transport}: messages of every QoS arrive, in order and once`, {
        skip: withoutPeer(peer),
      }, async () => {
        const { port, webSocketPort } = await broker()
        const chosen = transport === 'tcp' ? port : webSocketPort
        const args = [String(chosen), protocol, transport]
        assert.deepEqual(await report(peer, program('paho_round_trip.py'), ...args), {
          in_time: true,
          published: true,
          in_order: true,
        })
      })
    }
  }
}
