/** The parts of a page that have addresses of their own. */
export interface Tab {
  readonly name: string
  readonly to: string
  readonly isHere: boolean
}

export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ name, to, isHere }) => (
        <a key={name} href={to} aria-current={isHere ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}
