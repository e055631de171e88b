/** Publishes at QoS 1 over MQTT 3.1.1: what a simulated sensor needs. */
import { MqttClient, type MqttClientOptions } from './client.ts'

export type PublisherOptions = Pick<
  MqttClientOptions,
  'url' | 'clientId' | 'userName' | 'password' | 'clock' | 'random' | 'logger'
>

/** How many messages may wait for their acknowledgement; more wait for their turn. */
const mostInFlight = 20

export class MqttPublisher implements AsyncDisposable {
  readonly #client: MqttClient

  private constructor(client: MqttClient) {
    this.#client = client
  }

  /** Resolves when the broker accepted; throws where the first connection fails. */
  static async open(options: PublisherOptions): Promise<MqttPublisher> {
    return new MqttPublisher(await MqttClient.open({ ...options, mostInFlight }))
  }

  /** Resolves when the broker has acknowledged the message; throws 'mqtt-closed' after a close. */
  async publish(topic: string, payload: string | Buffer): Promise<void> {
    await this.#client.publish({ topic, payload: Buffer.from(payload), qos: 1 })
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
