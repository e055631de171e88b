import { command } from '../command.ts'
import { cliError } from '../errors.ts'
import { printLine } from '../terminal.ts'

const answerMs = 4000

export const health = command({
  options: {
    url: {
      type: 'string',
      short: 'u',
      value: 'URL',
      about: 'What to ask (default LEAT_HEALTH, else http://127.0.0.1:8080/readyz).',
      example: '--url http://127.0.0.1:18080/readyz',
    },
  },
  about:
    'For whoever watches over a leat, such as the HEALTHCHECK of an image. Exit code 1 says that it does not answer,\nor is not ready.',
  examples: ['leat health', 'leat health --url http://plant.example:8080/healthz'],
  async run({ options, terminal }) {
    const { environment, stopped, stdout } = terminal
    const url = options.url ?? environment.LEAT_HEALTH ?? 'http://127.0.0.1:8080/readyz'
    if (!URL.canParse(url)) {
      throw cliError('usage', { problem: `'${url}' is no address; write http://HOST:PORT/readyz.` })
    }
    const { ok, said } = await ask(url, AbortSignal.any([stopped, AbortSignal.timeout(answerMs)]))
    if (!ok) throw cliError('failed', { problem: `${url} says: ${said}` })
    await printLine(stdout, said)
  },
})

async function ask(url: string, signal: AbortSignal): Promise<{ ok: boolean; said: string }> {
  try {
    const answer = await fetch(url, { signal })
    return { ok: answer.ok, said: (await answer.text()).trim() }
  } catch (error) {
    // What fetch itself says is 'fetch failed'; the reason stands behind it.
    const { cause } = Object(error) as { cause?: unknown }
    const reason = cause instanceof Error ? cause : error
    const why = reason instanceof Error ? reason.message : String(reason)
    const problem = `Nobody answers at ${url} (${why}); does leat run, and does its leat.yml name 'console:', which tells of health?`
    throw cliError('failed', { problem }, { cause: error })
  }
}
