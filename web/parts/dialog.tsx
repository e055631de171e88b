import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { Deed } from '../state/deed.ts'
import { Button } from './button.tsx'
import { Trouble } from './notice.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly isWide?: boolean
}

interface DialogFormProps extends DialogProps {
  readonly deed: Deed
  /** What the button says that does it. */
  readonly verb: string
  readonly isDanger?: boolean
  readonly disabled?: boolean
  readonly onSubmit: () => void
  /** Buttons beside it. */
  readonly others?: ComponentChildren
}

/** A dialog that does one thing, and stays open with the reason where it could not. */
export function DialogForm(props: DialogFormProps) {
  const { deed, verb, isDanger, disabled, onSubmit, others, children, ...dialog } = props
  return (
    <Dialog {...dialog}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        {children}
        <Trouble problem={deed.problem} />
        <footer>
          {others}
          <Button onClick={dialog.onClose}>Cancel</Button>
          <Button
            submits
            kind={isDanger ? 'danger' : 'main'}
            disabled={disabled === true || deed.isBusy}
          >
            {verb}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

/** The browser's own dialog: it keeps the focus, Escape closes it, and the focus goes back. */
function Dialog({ title, onClose, children, isWide }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    // The browser would choose the first button, which closes it.
    dialog?.querySelector<HTMLElement>('input, select, textarea')?.focus()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      class={isWide ? 'wide' : ''}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <header>
        <h2 id={heading}>{title}</h2>
        <Button kind="quiet" label="Close" onClick={onClose}>
          ✕
        </Button>
      </header>
      {children}
    </dialog>
  )
}
