/** Labelled inputs. What a field means stands below it, and is read out with it. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly about?: string
  readonly disabled?: boolean
}

interface TextFieldProps extends FieldProps {
  readonly type?: 'text' | 'password' | 'search' | 'number' | 'datetime-local'
  readonly placeholder?: string
  readonly isCode?: boolean
  readonly required?: boolean
  readonly autocomplete?: string
  /** The label is for those who do not see the field. */
  readonly isBare?: boolean
}

export function TextField(props: TextFieldProps) {
  const { label, value, onInput, about, disabled, type = 'text', placeholder } = props
  const { isCode, required, autocomplete = 'off', isBare } = props
  const id = useId()
  return (
    <Field label={label} about={about} id={id} isBare={isBare}>
      <input
        id={id}
        // Preact's types know each kind of input by itself, and what they share does not fit them.
        type={type as 'text'}
        value={value}
        class={isCode ? 'code' : ''}
        placeholder={placeholder}
        required={required}
        disabled={disabled}
        min={type === 'number' ? 0 : undefined}
        step={type === 'datetime-local' ? 1 : undefined}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={about && `${id}-about`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </Field>
  )
}

/** Several lines, such as JSON. */
export function TextArea({
  label,
  value,
  onInput,
  about,
  disabled,
  rows = 6,
}: FieldProps & { readonly rows?: number }) {
  const id = useId()
  return (
    <Field label={label} about={about} id={id}>
      <textarea
        id={id}
        class="code"
        rows={rows}
        value={value}
        disabled={disabled}
        spellcheck={false}
        aria-describedby={about && `${id}-about`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </Field>
  )
}

export function Choice({
  label,
  value,
  onInput,
  options,
  about,
  disabled,
}: FieldProps & { readonly options: readonly (readonly [value: string, text: string])[] }) {
  const id = useId()
  return (
    <Field label={label} about={about} id={id}>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={about && `${id}-about`}
        onChange={({ currentTarget }) => onInput(currentTarget.value)}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one} selected={one === value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  )
}

export function Tick({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: boolean
  readonly onChange: (value: boolean) => void
}) {
  return (
    <label class="tick">
      <input
        type="checkbox"
        checked={value}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
  )
}

function Field({
  label,
  about,
  id,
  isBare,
  children,
}: {
  readonly label: string
  readonly about: string | undefined
  readonly id: string
  readonly isBare?: boolean | undefined
  readonly children: ComponentChildren
}) {
  return (
    <div class="field">
      <label for={id} class={isBare ? 'unseen' : ''}>
        {label}
      </label>
      {children}
      {about && (
        <p class="about" id={`${id}-about`}>
          {about}
        </p>
      )}
    </div>
  )
}
