import { MalformedPacket, type PublishPacket, reasonCode } from '../../protocols/mqtt/index.ts'

/** The numbers by which a broker may abbreviate topics on one connection (MQTT 5, section 3.3.2.3.4). */
export class TopicAliases {
  readonly #maximum: number
  readonly #topics = new Map<number, string>()

  /** @param maximum what we allowed in our CONNECT */
  constructor(maximum: number) {
    this.#maximum = maximum
  }

  /** The packet with its topic in full; throws `MalformedPacket` for an alias that was never given. */
  resolved(packet: PublishPacket): PublishPacket {
    const alias = packet.properties.topicAlias
    if (alias === undefined) return packet
    if (packet.topic !== '' && alias <= this.#maximum) {
      this.#topics.set(alias, packet.topic)
      return packet
    }
    const topic = this.#topics.get(alias)
    if (topic !== undefined) return { ...packet, topic }
    const problem = `the topic alias ${alias} is not known`
    throw new MalformedPacket(problem, reasonCode.topicAliasInvalid)
  }
}
