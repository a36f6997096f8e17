/** An event whose default can be prevented, with Electron's property names. */
export interface StandInEvent {
  readonly defaultPrevented: boolean
  preventDefault(): void
}

export function createEvent<Details extends object>(details: Details): Details & StandInEvent {
  let prevented = false
  const event = {
    preventDefault: () => {
      prevented = true
    },
  }
  Object.defineProperty(event, 'defaultPrevented', { get: () => prevented })
  return Object.assign(event, details) as unknown as Details & StandInEvent
}
