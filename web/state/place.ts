/** Where in the console this is: the address is the only state that a link has to carry. */
import { computed, signal } from '@preact/signals'

const address = signal(new URL(window.location.href))

/** The names between the slashes, such as `topics`, `sensor.raw`, `groups`. */
export const place = computed(() =>
  address.value.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decoded),
)

export const query = computed(() => address.value.searchParams)

/** Counts what was gone to, so that a page knows that it is a new one. */
export const visits = signal(0)

/** Goes to an address of this page; `replace` leaves no step back to where this was. */
export function go(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const url = new URL(to, window.location.href)
  const isOther = url.pathname !== address.value.pathname
  window.history[replace ? 'replaceState' : 'pushState'](null, '', url)
  address.value = url
  if (!isOther) return
  visits.value++
  window.scrollTo(0, 0)
}

/** The same place with other questions. */
export function goWith(
  changes: Readonly<Record<string, string | undefined>>,
  replace = true,
): void {
  const url = new URL(address.value)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  go(url.href, { replace })
}

/** An address in the console; each part is a name. */
export function to(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`
}

/** Links of this page turn the page and do not load it again. */
export function followLinks(): void {
  window.addEventListener('popstate', () => {
    const isOther = window.location.pathname !== address.value.pathname
    address.value = new URL(window.location.href)
    if (isOther) visits.value++
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.origin !== window.location.origin) return
    if (link.pathname.startsWith('/api/') || link.getAttribute('href')?.startsWith('#')) return
    event.preventDefault()
    go(link.href)
  })
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
