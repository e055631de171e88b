import type { Random } from '../../../base/random.ts'
import { MessageEncoder } from '../../../formats/sinetstream/index.ts'
import { valueTypeByName } from '../../../formats/values/index.ts'
import type { Will } from '../../../protocols/mqtt/index.ts'
import { codingOf } from '../../service/index.ts'
import { flagAt, mappingAt, numberAt, type Settings, textAt, wrong } from '../../service/values.ts'
import { qosAt } from './qos.ts'

/**
 * What the broker sends when we are lost: a message as a writer of these parameters writes it, its
 * time not set.
 * @throws InvalidArgumentError
 */
export function willOf(spec: Settings, random: Random): Will | undefined {
  if (spec.will === undefined || spec.will === null) return undefined
  const will = mappingAt(spec, 'will')
  const topic = textAt(will, 'topic', 'will.topic')
  if (topic === undefined) throw wrong('will.topic', topic, 'the topic of the will')
  const { bytes } = new MessageEncoder(codingOf(will), random).encode(valueOfWill(will), 0)
  const willDelayInterval = numberAt(will, 'delay_interval', 0, 'will.delay_interval')
  return {
    topic,
    payload: bytes,
    qos: qosAt(will, 'AT_MOST_ONCE'),
    retain: flagAt(will, 'retain', false),
    properties: willDelayInterval === undefined ? {} : { willDelayInterval },
  }
}

function valueOfWill(will: Settings): Uint8Array {
  const { payload, value_type } = will
  if (payload === undefined || payload === null) {
    throw wrong('will.payload', payload, 'the value of the message')
  }
  // In a file a payload is text; to bytes it becomes as it would by the type `text`.
  const usual = typeof payload === 'string' ? 'text' : 'byte_array'
  const given =
    typeof value_type === 'string' ? { name: value_type } : mappingAt(will, 'value_type')
  const type = valueTypeByName(
    textAt(given, 'name', 'will.value_type.name') ?? usual,
    mappingAt(given, 'args', 'will.value_type.args'),
  )
  return type.encode(payload as never)
}
