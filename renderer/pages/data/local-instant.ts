/** Points in time in form controls: shown in this computer's time, kept in UTC. Pure. */

const two = (value: number) => String(value).padStart(2, '0')

/** ISO instant → text of a `datetime-local` control (`2026-04-20T09:00`, seconds only where there are any). */
export function toLocalText(iso: string): string {
  const on = new Date(iso)
  if (Number.isNaN(on.getTime())) return ''
  const day = `${on.getFullYear()}-${two(on.getMonth() + 1)}-${two(on.getDate())}`
  const seconds = on.getSeconds() === 0 ? '' : `:${two(on.getSeconds())}`
  return `${day}T${two(on.getHours())}:${two(on.getMinutes())}${seconds}`
}

/** Text of a `datetime-local` control → ISO instant in the engine's form; empty for an unfinished one. */
export function fromLocalText(text: string): string {
  const on = new Date(text)
  return Number.isNaN(on.getTime()) ? '' : on.toISOString().replace('.000Z', 'Z')
}
