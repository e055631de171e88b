import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { useWindow } from './window.ts'

export interface Column<Row> {
  readonly name: string
  readonly cell: (row: Row) => ComponentChildren
  /** By what it is sorted; without it one cannot sort by this column. */
  readonly by?: (row: Row) => number | bigint | string
  readonly isNumber?: boolean
  /** Left out on narrow screens. */
  readonly isExtra?: boolean
}

interface TableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** All rows are made, however many: it does not scroll with the page. */
  readonly isWhole?: boolean
}

interface Order {
  readonly column: number
  readonly isDown: boolean
}

/** Sorted by whichever column is asked for; of thousands of rows only those in sight are made. */
export function Table<Row>({ label, columns, rows, keyOf, isWhole }: TableProps<Row>) {
  const [order, setOrder] = useState<Order>()
  const sorted = useMemo(() => inOrder(rows, columns, order), [rows, columns, order])
  const { body, first, last, above, below } = useWindow(sorted.length, isWhole)
  const turn = (column: number) => {
    const isDown = order?.column === column ? !order.isDown : columns[column]?.isNumber === true
    setOrder({ column, isDown })
  }
  return (
    <div class="table">
      <table aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map(({ name, by, isNumber, isExtra }, index) => (
              <th
                key={name}
                scope="col"
                class={classesOf({ isNumber, isExtra })}
                aria-sort={order?.column === index ? sortWord(order) : undefined}
              >
                {by ? (
                  <button type="button" class="sort" onClick={() => turn(index)}>
                    {name}
                  </button>
                ) : (
                  name
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={above} />
          {sorted.slice(first, last).map((row, index) => (
            <tr key={keyOf(row)} aria-rowindex={first + index + 2}>
              {columns.map(({ name, cell, isNumber, isExtra }) => (
                <td key={name} class={classesOf({ isNumber, isExtra })}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Gap height={below} />
        </tbody>
      </table>
    </div>
  )
}

/** In the place of the rows that are out of sight. */
function Gap({ height }: { readonly height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without a control takes no focus
  return height > 0 ? <tr aria-hidden="true" style={{ height: `${height}px` }} /> : null
}

function classesOf({ isNumber, isExtra }: Pick<Column<never>, 'isNumber' | 'isExtra'>): string {
  return [isNumber && 'number', isExtra && 'extra'].filter(Boolean).join(' ')
}

function sortWord({ isDown }: Order): 'descending' | 'ascending' {
  return isDown ? 'descending' : 'ascending'
}

function inOrder<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
): readonly Row[] {
  const by = order && columns[order.column]?.by
  if (by === undefined) return rows
  const sign = order?.isDown ? -1 : 1
  return rows.toSorted((a, b) => {
    const [one, other] = [by(a), by(b)]
    return one === other ? 0 : one < other ? -sign : sign
  })
}
