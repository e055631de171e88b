import { bodyLimit } from 'hono/body-limit'
import { consoleError } from './errors.ts'

/** What is longer is not read: 'body-too-large'. */
export function bodiesOfAtMost(mostBytes: number) {
  return bodyLimit({
    maxSize: mostBytes,
    onError: () => {
      throw consoleError('body-too-large', { mostBytes })
    },
  })
}
