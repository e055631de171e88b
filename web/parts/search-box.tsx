import { goWith, query } from '../state/place.ts'
import { TextField } from './fields.tsx'

/** What is searched for stands in the address, so that a link finds the same. */
export function SearchBox({ label }: { readonly label: string }) {
  return (
    <TextField
      label={label}
      isBare
      type="search"
      placeholder={label}
      value={query.value.get('q') ?? ''}
      onInput={(q) => goWith({ q })}
    />
  )
}

/** Those whose name has what is searched for, in whatever case. */
export function found<One>(all: readonly One[], nameOf: (one: One) => string): One[] {
  const wanted = (query.value.get('q') ?? '').toLowerCase()
  return all.filter((one) => nameOf(one).toLowerCase().includes(wanted))
}
