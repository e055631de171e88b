import type { ComponentChildren } from 'preact'

interface ButtonProps {
  readonly onClick?: () => void
  readonly kind?: 'plain' | 'main' | 'danger' | 'quiet'
  readonly submits?: boolean
  readonly disabled?: boolean
  readonly pressed?: boolean
  /** What it is called where its text does not say it. */
  readonly label?: string
  readonly children: ComponentChildren
}

export function Button(props: ButtonProps) {
  const { onClick, kind = 'plain', submits, disabled, pressed, label, children } = props
  return (
    <button
      type={submits ? 'submit' : 'button'}
      class={`button ${kind}`}
      disabled={disabled}
      aria-pressed={pressed}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
