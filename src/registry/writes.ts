import { type Clock, pause } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import { refusal } from './errors.ts'
import type { RegistryLimits } from './limits.ts'
import type { Change } from './state/records.ts'
import type { SchemaTopic } from './state/schema-topic.ts'
import type { RegistryState } from './state/state.ts'

/** What a change works on: the state as of now, and a way to write. */
export interface Writing {
  readonly state: RegistryState
  /** Throws `LateWrite` where another registry's record came first. */
  write(change: Change): Promise<void>
}

const firstPauseMs = 2
const mostDoublings = 6

/** Another registry took what we wanted: the decision has to be made again. */
class LateWrite extends Error {}

/**
 * Changes, one at a time, each decided on everything that was written before it. When another
 * registry on the same topic comes between, the change is decided anew.
 */
export class Writes {
  readonly #topic: SchemaTopic
  readonly #limits: RegistryLimits
  readonly #patience: { readonly clock: Clock; readonly random: Random }
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(
    topic: SchemaTopic,
    limits: RegistryLimits,
    patience: { readonly clock: Clock; readonly random: Random },
  ) {
    this.#topic = topic
    this.#limits = limits
    this.#patience = patience
  }

  async run<Answer>(change: (writing: Writing) => Promise<Answer>): Promise<Answer> {
    const { waitingWrites } = this.#limits
    if (this.#waiting >= waitingWrites) throw refusal('too-many-writes', { limit: waitingWrites })
    this.#waiting += 1
    const answer = this.#last.then(() => this.#attempt(change))
    this.#last = answer.catch(() => {})
    return await answer.finally(() => {
      this.#waiting -= 1
    })
  }

  async #attempt<Answer>(change: (writing: Writing) => Promise<Answer>): Promise<Answer> {
    const { attempts } = this.#limits
    for (let attempt = 0; attempt < attempts; attempt++) {
      await this.#topic.catchUp({ create: true })
      try {
        return await change({
          state: this.#topic.state,
          write: async (one) => {
            const verdict = await this.#topic.write(one)
            if (!verdict.holds) throw new LateWrite()
          },
        })
      } catch (error) {
        if (!(error instanceof LateWrite)) throw error
      }
      // Without chance, two that keep step would keep each other off.
      const { clock, random } = this.#patience
      await pause(random.next() * firstPauseMs * 2 ** Math.min(attempt, mostDoublings), { clock })
    }
    throw refusal('others-first', { attempts })
  }
}
