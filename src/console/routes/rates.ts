import { rightsOf } from '../../client/doors/index.ts'
import { RateMeter } from '../rates/meter.ts'
import { toldOf } from '../rates/told.ts'
import type { ConsoleApp, Services } from '../services.ts'

/** How much comes in, each second, and how far groups are behind. */
export function addRates(app: ConsoleApp, { client, clock, logger, streams }: Services): void {
  const meter = new RateMeter(client, clock, logger)
  app.get('/api/rates', async (context) => {
    // Where there is no Kafka that is said at once.
    await client()
    return streams.events(context, async (events) => {
      const rights = rightsOf(context)
      const end = meter.listen((reading) => events.send('rates', toldOf(reading, rights)))
      await new Promise((resolve) => events.signal.addEventListener('abort', resolve))
      end()
    })
  })
}
