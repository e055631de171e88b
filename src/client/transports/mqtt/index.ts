/**
 * Services of type `mqtt`: the consistency is the QoS.
 *
 * AT_LEAST_ONCE acknowledges a message when it has been dealt with, EXACTLY_ONCE hands it out when
 * the broker has confirmed that it will not send it again. What comes while a reader is away is kept
 * by the broker for those with a `client_id` and `clean_session: false`. There are no keys: all
 * messages of a topic stay in order.
 */
import { eventPrefixes } from '../../../formats/cloudevents/index.ts'
import { matches } from '../../../protocols/mqtt/index.ts'
import type { Transport } from '../transport.ts'
import { openMqttInlet } from './inlet.ts'
import { openMqttOutlet } from './outlet.ts'
import { mqttVersionOf, specKeys } from './spec.ts'

export const mqtt: Transport = {
  type: 'mqtt',
  specKeys,
  carriage: ({ spec }) =>
    mqttVersionOf(spec) === 5
      ? { headers: 'utf-8', eventPrefix: eventPrefixes.mqtt }
      : { headers: 'none' },
  reads: matches,
  ownSpecKeys: [
    ...['qos', 'retain', 'will', 'will_set'],
    ...['clean_session', 'clean_start', 'session_expiry_interval'],
  ],
  openInlet: openMqttInlet,
  openOutlet: openMqttOutlet,
}
