/** A browser of Debian's, which tests drive as a person would. */
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Owner } from './folders.ts'

/** On a busy machine a page takes its time. */
const patienceMs = 60_000
const longestStartMs = 90_000

const quietly = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** It ends with its owner; each start has a profile of its own. `more` are flags of Chromium. */
export async function startChromium(owner: Owner, more: readonly string[] = []): Promise<Browser> {
  const launching = chromium.launch({
    ...{ executablePath: '/usr/bin/chromium', args: [...quietly, ...more] },
    timeout: longestStartMs,
  })
  // Said at once: what its owner does beside it may fail before the browser is there.
  owner.after(async () => {
    const browser = await launching.catch(() => undefined)
    await browser?.close()
  })
  return await launching
}

/** A page, and all that a careful eye would see go wrong on it. */
export class WatchedPage {
  readonly page: Page
  /** Errors and refusals that the browser noted, scripts that failed, dialogs that opened. */
  readonly mishaps: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.setDefaultTimeout(patienceMs)
    page.on('console', (message) => {
      if (message.type() === 'error') this.mishaps.push(message.text())
    })
    page.on('pageerror', (error) => this.mishaps.push(`failed: ${error.message}`))
    page.on('dialog', (dialog) => {
      this.mishaps.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
  }

  static async open(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    return new WatchedPage(await context.newPage())
  }

  /** What axe finds wrong on the page as it is now, each with where. */
  async barriers(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }
}
